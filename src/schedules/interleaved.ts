import { must, mustBeWhole } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { backpropOrder, type Path, type Schedule, type SchedulePlan, type Step, step } from './schedule.ts';

export interface InterleavedOptions {
  /** stages of each device, 1 or more; left out, 2 */
  readonly chunks?: number;
  /**
   * which microbatches wait for the link from the last device round to the first, and back. `all`: what a machine can do.
   * `first` of each p: so the recurrence behind the published table has it, faster by p times the latency, for some gradients
   * of the drain are used before they are there. Left out, `all`
   */
  readonly wraps?: 'first' | 'all';
}

/**
 * 1F1B in which each device has several stages, every p-th: the pipeline fills v times as fast and the links carry v times
 * as much. Microbatches go in groups of p through one chunk after the other.
 *
 * @throws {RangeError} when chunks is not a whole number, 1 or more, or wraps is neither
 * @see Narayanan 2021, Megatron-LM, section 2.2.2
 */
export function interleaved({ chunks = 2, wraps = 'all' }: InterleavedOptions = {}): SchedulePlan {
  mustBeWhole(chunks, 'chunks of interleaved-1f1b', 1);
  must(wraps === 'first' || wraps === 'all', 'wraps', "'first' or 'all'", wraps);
  return plan(import.meta.url, 'interleaved-1f1b', { chunks, wraps });
}
interleaved.takes = {
  chunks: { kind: 'whole', least: 1, says: 'stages of each device (default: 2)' },
  wraps: {
    kind: 'oneOf',
    values: ['first', 'all'],
    says: 'which microbatches wait for the link round from the last device: all, or the first of each p as in published figures (default: all)',
  },
} as const;

const stagesAtMost = 2 ** 17;

export function create({ chunks = 2, wraps = 'all' }: InterleavedOptions): Schedule {
  return {
    name: 'interleaved-1f1b',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'flush',
    overlooksWraps: wraps === 'first',
    makespan: {
      formula: () => `m(f+b+w) + (p−1)(f+b+w)/${chunks}`,
      of: ({ p, m, f, b, w }) => m * (f + b + w) + ((p - 1) * (f + b + w)) / chunks,
      holds: ({ c }) => c === 0,
    },
    layout: (devices, microbatches) => [loop(devices, chunks, microbatches)],
    mustSuit(devices, microbatches) {
      const most = Math.floor(stagesAtMost / devices);
      must(
        chunks <= most,
        'chunks of interleaved-1f1b',
        `at most ${most.toLocaleString('en-US')} with ${devices} devices, for each is a stage of its own`,
        chunks,
      );
      must(
        microbatches % devices === 0,
        'microbatches of interleaved-1f1b',
        `a multiple of ${devices}, the devices`,
        microbatches,
      );
    },
    *order({ device, devices, microbatches }): Generator<Step> {
      const all = microbatches * chunks;
      // the k-th forward of a device: p microbatches of chunk 0, then the same of chunk 1, and so on
      const forward = (k: number): Step => step('F', Math.floor(k / devices) % chunks);
      const chunkBack = (k: number): number => chunks - 1 - (Math.floor(k / devices) % chunks);
      const ahead = Math.min(all, 2 * (devices - device - 1) + (chunks - 1) * devices);
      for (let k = 0; k < ahead; k++) yield forward(k);
      for (let k = 0; k < all; k++) {
        if (ahead + k < all) yield forward(ahead + k);
        yield step('B', chunkBack(k));
        yield step('W', chunkBack(k));
      }
      for (let chunk = 0; chunk < chunks; chunk++) yield step('U', chunk);
    },
  };
}

/** So many times round the devices. */
function loop(devices: number, chunks: number, microbatches: number): Path {
  const round = Array.from({ length: devices * chunks }, (_, i) => i % devices);
  return { devices: round, microbatches, share: 1 / chunks };
}
