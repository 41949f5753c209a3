import { must } from '../../core/check.ts';
import type { Random } from '../../core/random.ts';
import { type Change, endless, type SampleStream } from '../../data/endless.ts';
import type { Shift } from '../../shifts/shift.ts';
import type { When } from '../../shifts/when/when.ts';
import { type StreamOptions, worldOf } from '../stream.ts';

/** One change of a stream: what, and when. */
export interface ShiftAt {
  readonly when: When;
  readonly shift: Shift;
}

/** draws after which no sample that may come is expected any more */
const patience = 10_000;

/**
 * A stream whose world changes. Each sample is of the old world or of the new: what `when` says is drawn from the sample's own
 * stream, so that a sample is the same whenever it is asked for. Several shifts apply one after the other, in their order.
 *
 * @throws {RangeError} where a shift can't be made of the stream
 */
export function shifted(
  stream: SampleStream,
  shifts: readonly ShiftAt[],
  options: StreamOptions = {},
): SampleStream {
  const { name, width, classes, numbers, live } = stream;
  const world = worldOf('shifted', options);
  const parts = shifts.map(({ when, shift }, k) => ({
    when,
    name: shift.name,
    changed: shift.over({ width, classes, numbers, random: world.fork(`shift ${k}`) }),
  }));
  const chooser = parts.find(({ changed }) => changed.admits !== undefined);
  must(!chooser || !live, `shift '${chooser?.name}'`, 'of samples that can be drawn again', name);
  const another = stream.again ?? stream.sample;
  type Make = SampleStream['sample'];
  const make = (first: Make, index: number, random: Random, into: Uint8Array | Float32Array): number => {
    let label = first(index, random, into);
    const amounts = parts.map(({ when }) => amountOf(when, index, random));
    for (let draws = 0; !admitted(label, amounts, random); draws++) {
      must(draws < patience, `shifts of ${name}`, 'such that some sample may come', 'none');
      label = another.call(stream, index, random, into);
    }
    parts.forEach(({ changed }, k) => {
      if (amounts[k] > 0) label = changed.apply(amounts[k], random, into, label, index);
    });
    return label;
  };
  const admitted = (label: number, amounts: readonly number[], random: Random): boolean =>
    parts.every(({ changed }, k) => changed.admits?.(amounts[k], random, label) ?? true);
  return endless({
    ...stream,
    sample: (index, random, into) => make(stream.sample.bind(stream), index, random, into),
    again: (index, random, into) => make(another.bind(stream), index, random, into),
    changes: (until) =>
      [...(stream.changes?.(until) ?? []), ...parts.flatMap((part) => changesOf(part, until))].sort(
        (a, b) => a.from - b.from,
      ),
  });
}

/** 0 where the sample is of the old world. */
function amountOf(when: When, index: number, random: Random): number {
  const chance = when.chance(index);
  const isNew = chance >= 1 || (chance > 0 && random.uniform() < chance);
  return isNew ? when.amount(index) : 0;
}

function changesOf({ when, name }: { when: When; name: string }, until: number): Change[] {
  return when.between(until).map(({ from, to, back }) => ({ from, to, what: back ? `${name} back` : name }));
}
