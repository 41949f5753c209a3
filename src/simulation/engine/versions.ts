import type { ResolvedScenario } from '../scenario.ts';
import { Ring, RingSpace } from './collections/ring.ts';
import { B, F } from './durations.ts';
import type { Stages } from './stages.ts';
import type { Tally } from './tally.ts';

/** Which weights microbatches went forward with, where weights change while others are under way. */
export class Versions {
  private readonly scenario: ResolvedScenario;
  private readonly stages: Stages;
  private readonly tally: Tally;
  /** the updates behind the weights that each microbatch inside a stage read, oldest first */
  private readonly read: readonly Ring[];
  /** the same of the gradients that wait for an update */
  private readonly waiting: readonly Ring[];
  /** different versions among those [stages] */
  private readonly different: Int32Array;
  /** microbatches since the loss whose error comes down to a stage, where its edges have a delay [stages] */
  private readonly late: Int32Array;

  constructor(scenario: ResolvedScenario, stages: Stages, tally: Tally) {
    this.scenario = scenario;
    this.stages = stages;
    this.tally = tally;
    const space = new RingSpace();
    this.read = Array.from({ length: stages.count }, () => new Ring(space));
    this.waiting = Array.from({ length: stages.count }, () => new Ring(space));
    this.different = new Int32Array(stages.count);
    this.late = new Int32Array(stages.count);
    const { gradientDelay = 0 } = scenario.schedule;
    for (let stage = stages.count - 1; stage >= 0; stage--)
      this.late[stage] = stages.next[stage] === -1 ? 0 : this.late[stages.next[stage]] + gradientDelay;
  }

  /**
   * A microbatch goes forward, after so many updates. By windows that stash it takes the weights before the newest update
   * that its window allows: those of window k are of version k − 1, in every stage.
   *
   * @see Narayanan 2021, Memory-Efficient Pipeline-Parallel DNN Training, section 3.1
   */
  forward(stage: number, updates: number, microbatch: number): void {
    const { schedule, window } = this.scenario;
    const stashed = schedule.updates === 'window' && schedule.goesBackBy !== 'newest';
    const version = stashed ? Math.max(0, Math.floor(microbatch / window) - 1) : updates;
    const ring = this.read[stage];
    if (ring.size === 0 || ring.youngest !== version) this.different[stage]++;
    ring.push(version, 0);
    const { peakVersions } = this.tally;
    const device = this.stages.device[stage];
    const kept = this.kept(stage, updates);
    if (kept > peakVersions[device]) peakVersions[device] = kept;
  }

  /** Versions that a stage keeps: the newest too, though nobody inside may read it; 1 of a schedule that stashes none. */
  kept(stage: number, updates: number): number {
    const ring = this.read[stage];
    if (!this.scenario.schedule.stashes || ring.size === 0) return 1;
    return this.different[stage] + (ring.youngest === updates ? 0 : 1);
  }

  /** Updates behind the weights that the F or B that is ending has read; W reads none. */
  reading(stage: number, op: number, newest: number): number {
    if (op === F) return this.read[stage].youngest;
    return op === B && this.scenario.schedule.stashes ? this.read[stage].oldest : newest;
  }

  /** A microbatch's gradient is made, by the newest weights or by those of its F. */
  gradient(stage: number, newest: number): void {
    const ring = this.read[stage];
    const version = ring.shift();
    if (this.scenario.schedule.goesBackBy === 'newest') this.tally.inconsistent(newest - version);
    if (ring.size === 0 || ring.oldest !== version) this.different[stage]--;
    this.waiting[stage].push(version, 0);
  }

  /**
   * The weights have changed for the `version`-th time: by the oldest gradient, or by all of a window. A gradient is as old as
   * the oldest of what it is made of: where errors come down late, the loss at the top.
   */
  update(stage: number, version: number): void {
    const ring = this.waiting[stage];
    let gradients = this.scenario.schedule.updates === 'window' ? ring.size : 1;
    const late = this.late[stage];
    while (gradients-- > 0) {
      const own = version - 1 - ring.shift();
      this.tally.stale(Math.min(version - 1, own + late));
    }
  }
}
