import type { Overflow } from '../cluster/memory.ts';
import { numberOf } from '../cluster/parallel.ts';
import type { ResolvedScenario } from '../scenario.ts';
import { B, F, opKinds, W } from './durations.ts';
import type { Stages } from './stages.ts';

/** Bytes that devices hold: weights, and of each microbatch what F leaves for its W. */
export class MemoryBook {
  /** bytes at the worst  [devices] */
  readonly peak: Float64Array;
  /** the first op without room; undefined where all had it */
  overflow: Overflow | undefined;
  private readonly held: Float64Array;
  private readonly stages: Stages;
  private readonly limit: number;
  /** of a second in ticks */
  private readonly second: number;
  private readonly recomputes: boolean;
  /** of one microbatch  [stages] */
  private readonly activities: Float64Array;
  /** what a schedule that makes forwards again keeps until then  [stages] */
  private readonly inputs: Float64Array;
  /** of one version  [stages] */
  private readonly weights: Float64Array;
  /** versions beside the newest  [stages] */
  private readonly stashed: Int32Array;

  constructor(scenario: ResolvedScenario, stages: Stages) {
    const { devices, schedule, parallel, streams, bytes, ticks } = scenario;
    const {
      limit = Number.POSITIVE_INFINITY,
      held,
      weights,
      state = 0,
    } = scenario.memory ?? { held: 0, weights: 0 };
    this.stages = stages;
    this.limit = limit;
    this.second = 1e9 * ticks;
    this.recomputes = schedule.recomputes === true;
    const { count, share, device, previous } = stages;
    const each = (of: (stage: number) => number): Float64Array =>
      Float64Array.from({ length: count }, (_, stage) => of(stage) / parallel.tensor);
    this.activities = each((stage) => streams * share[stage] * numberOf(held, device[stage]));
    this.inputs = each((stage) =>
      this.recomputes
        ? streams * numberOf(bytes, device[previous[stage] === -1 ? stage : previous[stage]])
        : 0,
    );
    this.weights = each((stage) => share[stage] * numberOf(weights, device[stage]));
    this.stashed = new Int32Array(count);
    this.held = new Float64Array(devices);
    const states = each((stage) => share[stage] * numberOf(state, device[stage]));
    for (let stage = 0; stage < count; stage++)
      this.held[device[stage]] += this.weights[stage] + states[stage];
    this.peak = this.held.slice();
    const full = this.held.findIndex((own) => own > limit);
    if (full !== -1)
      this.overflow = { device: full, stage: stages.ofDevice[full][0], op: 'F', microbatch: 0, at: 0 };
  }

  begins(stage: number, op: number, microbatch: number, now: number): void {
    let more = op === F ? this.inputs[stage] : 0;
    if (op === (this.recomputes ? B : F)) more += this.activities[stage];
    if (more > 0) this.add(stage, more, op, microbatch, now);
  }

  ended(stage: number, op: number): void {
    if (op === W) this.held[this.stages.device[stage]] -= this.activities[stage] + this.inputs[stage];
  }

  /** A stage keeps so many versions of its weights, the newest counted. */
  versions(stage: number, count: number, microbatch: number, now: number): void {
    const more = count - 1 - this.stashed[stage];
    this.stashed[stage] += more;
    if (more !== 0) this.add(stage, more * this.weights[stage], F, microbatch, now);
  }

  private add(stage: number, bytes: number, op: number, microbatch: number, now: number): void {
    const device = this.stages.device[stage];
    this.held[device] += bytes;
    if (this.held[device] <= this.peak[device]) return;
    this.peak[device] = this.held[device];
    if (this.held[device] <= this.limit || this.overflow) return;
    this.overflow = { device, stage, op: opKinds[op], microbatch, at: now / this.second };
  }
}
