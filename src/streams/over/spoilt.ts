import { must } from '../../core/check.ts';
import type { SampleStream } from '../../data/endless.ts';

/** A sample that is spoilt, by its index in the stream, and how. */
export interface SpoiltSample {
  readonly sample: number;
  readonly fault: 'not-finite' | 'no-such-class' | 'poisoned-label';
}

/**
 * A stream some of whose samples are spoilt, the same ones whenever they are asked for.
 *
 * @throws {RangeError} for a feature that is not finite in a stream of bytes, which can't hold one
 */
export function spoilt(stream: SampleStream, faults: readonly SpoiltSample[]): SampleStream {
  const { numbers, classes, name } = stream;
  const at = new Map(faults.map(({ sample, fault }) => [sample, fault]));
  for (const fault of at.values())
    must(
      fault !== 'not-finite' || numbers === 'floats',
      `samples of ${name}`,
      'floats to be not finite',
      numbers,
    );
  return {
    ...stream,
    sample(index, random, into) {
      const label = stream.sample(index, random, into);
      const fault = at.get(index);
      if (fault === 'not-finite') into[into.length - 1] = Number.NaN;
      if (fault === 'no-such-class') return -1;
      return fault === 'poisoned-label'
        ? (label + 1 + random.fork('poisoned').whole(classes - 1)) % classes
        : label;
    },
  };
}
