import { must, mustBePositive, mustBeWhole } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { arrays, joined, together } from '../core/state.ts';
import { quantiser } from './parts/quantiser.ts';
import { written } from './parts/written.ts';
import { tally } from './pulses/counts.ts';
import { LineWriter } from './pulses/line-writer.ts';
import { type PulseOptions, type ResolvedPulses, resolvePulses } from './pulses/pulse-options.ts';
import {
  mustStepPlainly,
  type Update,
  type UpdatePlan,
  type Updater,
  type UpdaterContext,
} from './update.ts';

export interface MixedPrecisionOptions extends Omit<PulseOptions, 'length' | 'balance' | 'deltaScale'> {
  /** microbatches from one transfer to the next; left out, 1 */
  readonly transferEvery?: number;
  /** units whose cells are written by one transfer, in turn; left out, all */
  readonly unitsPerTransfer?: number;
  /** weight that one whole number of the accumulator stands for; left out, the granularity of the cells */
  readonly granularity?: number;
  /** factor on the pulses of a transfer, > 0; left out, 1 */
  readonly transferRate?: number;
  /** levels between the largest negative and positive value to which each row of x is rounded before it is accumulated, 0: not at all */
  readonly inputLevels?: number;
  /** the same for δ */
  readonly deltaLevels?: number;
  /** whether levels are chosen at random, so that the mean is right; left out, true */
  readonly roundAtRandom?: boolean;
}

interface Resolved
  extends Required<Omit<MixedPrecisionOptions, keyof PulseOptions | 'granularity' | 'unitsPerTransfer'>> {
  readonly pulses: ResolvedPulses;
  readonly granularity: number | undefined;
  readonly unitsPerTransfer: number | undefined;
}

/**
 * Mixed precision: a digital accumulator χ keeps what weights are to move by, and whole multiples of the granularity ε go to
 * the cells as pulses:
 *
 *     χ ← χ − rate · xᵀδ,   n = trunc(χ / ε),   χ ← χ − n ε,   n · transferRate pulses
 *
 * A transfer happens with the first row that follows `transferEvery` microbatches, so the first microbatch transfers nothing.
 *
 * @throws {RangeError} when an option is out of its range; the updater, when its optimiser steps by more than its rate
 * @see Nandakumar et al. 2020, Mixed-precision deep learning based on computational memory
 */
export function mixedPrecision(options: MixedPrecisionOptions = {}): UpdatePlan {
  const { transferEvery = 1, unitsPerTransfer, granularity, transferRate = 1 } = options;
  const { inputLevels = 0, deltaLevels = 0, roundAtRandom = true, ...rest } = options;
  mustBeWhole(transferEvery, 'transferEvery', 1, 'microbatches');
  if (unitsPerTransfer !== undefined) mustBeWhole(unitsPerTransfer, 'unitsPerTransfer', 1);
  if (granularity !== undefined) mustBePositive(granularity, 'granularity of the accumulator');
  mustBePositive(transferRate, 'transferRate');
  for (const [name, levels] of Object.entries({ inputLevels, deltaLevels }))
    must(
      Number.isSafeInteger(levels) && levels >= 0 && levels !== 1,
      name,
      '0 or a whole number, 2 or more',
      levels,
    );
  const { pulses, slots, inputStep, unitStep } = rest;
  const resolved: Resolved = {
    pulses: resolvePulses({
      ...(pulses && { pulses }),
      ...(slots && { slots }),
      ...(inputStep && { inputStep }),
      ...(unitStep && { unitStep }),
    }),
    transferEvery,
    unitsPerTransfer,
    granularity,
    transferRate,
    inputLevels,
    deltaLevels,
    roundAtRandom,
  };
  return plan(import.meta.url, 'mixed-precision', resolved);
}

/** Makes what `mixedPrecision()` plans. */
export function create(options: Resolved): Update {
  return {
    name: 'mixed-precision',
    description: `digital accumulator, ${options.pulses.pulses} pulses every ${options.transferEvery} microbatches`,
    updater: (context) => mixedUpdater(options, context),
  };
}

function mixedUpdater(options: Resolved, context: UpdaterContext): Updater {
  const { inputs, units, products, optimiser, arena, random } = context;
  mustStepPlainly(optimiser, 'mixed-precision');
  const size = inputs * units;
  const cells = context.cell.cells({ ...context, weights: products.weights });
  const granularity = options.granularity ?? cells.granularity;
  const perTransfer = Math.min(units, options.unitsPerTransfer ?? units);
  const accumulator = new Float32Array(size);
  /** rows since the beginning, and the unit with which the next transfer begins */
  const position = new Float64Array(2);
  const gradient = arena.floats(size);
  const counts = tally();
  const writer = new LineWriter({
    place: context,
    pulses: options.pulses,
    vector: 'inputs',
    length: inputs,
    granularity: cells.granularity,
    random: random.fork('trains'),
    tally: counts,
  });
  const round = {
    x: quantiser(options.inputLevels, options.roundAtRandom, arena, random.fork('levels of x')),
    delta: quantiser(options.deltaLevels, options.roundAtRandom, arena, random.fork('levels of delta')),
  };
  const pulses = new Int32Array(size);
  const [line, sent] = [new Float32Array(inputs), new Int32Array(inputs)];

  const accumulate = (x: Matrix, delta: Matrix, rate: number): void => {
    if (x.rows === 0) return;
    products.correlate(x, delta, matrix(inputs, units, gradient));
    for (let k = 0; k < size; k++) accumulator[k] -= gradient[k] * rate;
    counts.macs += x.rows * size;
  };

  const transfer = (): void => {
    let any = false;
    pulses.fill(0);
    for (let k = 0; k < perTransfer; k++) {
      const unit = (position[1] + k) % units;
      if (!takeWhole(accumulator, unit, units, granularity, line)) continue;
      if (!writer.count(line, granularity * options.transferRate, sent)) continue;
      for (let i = 0; i < inputs; i++) pulses[i * units + unit] = sent[i];
      any = true;
    }
    position[1] = (position[1] + perTransfer) % units;
    if (any) counts.pulses += cells.pulse(pulses);
  };

  return {
    ...together(joined({ cells, writer, ...round }), arrays({ accumulator, position })),
    ...written(cells, products),
    weights: cells.weights,
    update(lessons, rate) {
      for (const lesson of lessons) {
        const [x, delta] = [round.x.apply(lesson.x), round.delta.apply(lesson.delta)];
        const period = options.transferEvery * x.rows;
        let done = 0;
        for (let r = 0; r < x.rows; r++) {
          const count = position[0]++;
          if (count === 0 || count % period !== 0) continue;
          accumulate(rows(x, done, r + 1), rows(delta, done, r + 1), rate / lessons.length);
          done = r + 1;
          transfer();
        }
        accumulate(rows(x, done, x.rows), rows(delta, done, x.rows), rate / lessons.length);
      }
      products.written();
    },
    counts,
  };
}

/** Takes whole multiples of the granularity of one unit's column out of the accumulator. @returns whether there are any */
function takeWhole(
  from: Float32Array,
  unit: number,
  units: number,
  granularity: number,
  into: Float32Array,
): boolean {
  const step = Math.fround(granularity);
  let any = false;
  for (let i = 0, at = unit; i < into.length; i++, at += units) {
    const whole = Math.trunc(Math.fround(from[at] / step));
    into[i] = whole;
    if (whole === 0) continue;
    from[at] -= whole * step;
    any = true;
  }
  return any;
}

function rows({ columns, data }: Matrix, first: number, end: number): Matrix {
  return matrix(end - first, columns, data.subarray(first * columns, end * columns));
}
