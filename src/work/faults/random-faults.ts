import { mustBeWhole } from '../../core/check.ts';
import { type Random, random } from '../../core/random.ts';
import type { DataFault, Fault, MachineFault } from './fault.ts';

/** What may break, and when. */
export interface Breakable {
  readonly stages: number;
  /** microbatches to learn: machine faults strike at one of them */
  readonly microbatches: number;
  /** faults of the machine, ≥ 0; left out, 3 */
  readonly count?: number;
  /** kinds of them, each as likely as the others; left out, those that cost no more than time where stages are supervised */
  readonly kinds?: readonly MachineFault['fault'][];
  /** nanoseconds that a pause, a slowness, a full disk lasts at most, and a clock jumps at most; left out, 20 ms */
  readonly lasts?: number;
  /** samples of the stream, where data faults are wanted too */
  readonly samples?: number;
  /** data faults, ≥ 0; left out, none */
  readonly spoilt?: number;
}

const harmless: readonly MachineFault['fault'][] = ['kill', 'pause', 'slow', 'drop-slot', 'duplicate-slot'];
const ofData: readonly DataFault['fault'][] = ['not-finite', 'no-such-class', 'poisoned-label'];

/**
 * A plan of faults drawn at random: the same seed, the same plan.
 *
 * @param seed  a whole number
 * @throws {RangeError} unless there are stages and microbatches to strike
 */
export function randomFaults(seed: number, breakable: Breakable): Fault[] {
  const { stages, microbatches, count = 3, kinds = harmless, lasts = 20e6 } = breakable;
  const { samples = 0, spoilt = 0 } = breakable;
  mustBeWhole(stages, 'stages', 1);
  mustBeWhole(microbatches, 'microbatches', 1);
  const draw = random(seed).fork('faults');
  const machine = Array.from({ length: count }, (_, i) => {
    const one = draw.fork(`machine ${i}`);
    return machineFault(kinds[one.whole(kinds.length)], { stages, microbatches, lasts }, one);
  });
  const data = Array.from({ length: samples > 0 ? spoilt : 0 }, (_, i): DataFault => {
    const one = draw.fork(`data ${i}`);
    return { fault: ofData[one.whole(ofData.length)], sample: one.whole(samples) };
  });
  return [...machine, ...data];
}

function machineFault(
  fault: MachineFault['fault'],
  { stages, microbatches, lasts }: { stages: number; microbatches: number; lasts: number },
  draw: Random,
): MachineFault {
  const at = { microbatch: draw.whole(microbatches) };
  const stage = draw.whole(stages);
  const time = Math.round(draw.uniform() * lasts);
  if (fault === 'pause') return { fault, at, stage, lasts: time };
  if (fault === 'slow') return { fault, at, stage, times: 2 + draw.whole(4), lasts: time };
  if (fault === 'full-disk') return { fault, at, lasts: time };
  if (fault === 'clock-jump') return { fault, at, by: draw.uniform() < 0.5 ? -time : time };
  return { fault, at, stage };
}
