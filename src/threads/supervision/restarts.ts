import type { State } from '../../core/state.ts';
import type { Supervision } from '../../work/faults/fault.ts';

/** The states from which devices can begin anew: of each stage the newest, and older ones while another stage has none so new. */
export class Kept {
  private readonly states = new Map<number, Map<number, State>>();

  /** @param learned  microbatches of this run behind the state */
  keep(stage: number, learned: number, state: State, stages: readonly number[]): void {
    this.of(stage).set(learned, state);
    const common = this.common(stages);
    for (const one of stages)
      for (const count of this.of(one).keys()) if (count < common) this.of(one).delete(count);
  }

  /** microbatches behind the newest states that all of some stages have; 0 where there are none yet */
  common(stages: readonly number[]): number {
    const [first, ...others] = stages.map((stage) => this.of(stage));
    const counts = [...first.keys()].filter((count) => others.every((states) => states.has(count)));
    return Math.max(0, ...counts);
  }

  /** A stage's state behind so many microbatches; undefined: it begins as the run did. */
  state(stage: number, learned: number): State | undefined {
    return this.states.get(stage)?.get(learned);
  }

  private of(stage: number): Map<number, State> {
    const states = this.states.get(stage) ?? new Map<number, State>();
    this.states.set(stage, states);
    return states;
  }
}

/** How often devices may begin anew. */
export class Intensity {
  private readonly restarts: number;
  private readonly within: number;
  private readonly times = new Map<number, number[]>();

  constructor({ restarts = 3, within = 60e9 }: Supervision) {
    this.restarts = restarts;
    this.within = within;
  }

  /**
   * Counts one more restart of a device.
   *
   * @param now  nanoseconds
   * @returns why there may be no more, in words; undefined: it may begin anew
   */
  exceededBy(device: number, now: number): string | undefined {
    const times = (this.times.get(device) ?? []).filter((time) => now - time <= this.within);
    times.push(now);
    this.times.set(device, times);
    if (times.length <= this.restarts) return undefined;
    return `device ${device} died ${times.length} times within ${this.within / 1e9} s, and ${this.restarts} restarts are allowed`;
  }
}
