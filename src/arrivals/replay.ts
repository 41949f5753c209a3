import { must } from '../core/check.ts';
import type { Arrivals } from './arrival.ts';

/**
 * Arrivals as they were once recorded; after the last none comes.
 *
 * @param times  nanoseconds, ascending, two or more; the first one is the beginning
 * @throws {RangeError} unless they are finite and ascend
 */
export function replay(times: ArrayLike<number>): Arrivals {
  must(times.length >= 2, 'times of a replay', 'two or more', times.length);
  const first = times[0];
  must(Number.isFinite(first), 'time 1 of a replay', 'finite', first);
  for (let i = 1; i < times.length; i++) {
    const ascends = Number.isFinite(times[i]) && times[i] >= times[i - 1];
    must(ascends, `time ${i + 1} of a replay`, `finite and no less than ${times[i - 1]}`, times[i]);
  }
  const span = times[times.length - 1] - first;
  must(span > 0, 'times of a replay', 'of a span above 0', span);
  return {
    name: 'replay',
    rate: (1e9 * (times.length - 1)) / span,
    gaps() {
      let next = 0;
      return () => {
        const i = next++;
        if (i >= times.length) return Number.POSITIVE_INFINITY;
        return i === 0 ? 0 : times[i] - times[i - 1];
      };
    },
  };
}
