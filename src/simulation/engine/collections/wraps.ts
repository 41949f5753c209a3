import type { ResolvedScenario } from '../../scenario.ts';
import type { Stages } from '../stages.ts';

/** Inputs that come round from the other end of the devices, of a schedule that overlooks them: used before they came. */
export class Wraps {
  private readonly scenario: ResolvedScenario;
  private readonly stages: Stages;
  /** activities, gradients [stages] */
  private readonly borrowed: readonly [Int32Array, Int32Array];

  constructor(scenario: ResolvedScenario, stages: Stages) {
    this.scenario = scenario;
    this.stages = stages;
    this.borrowed = [new Int32Array(stages.count), new Int32Array(stages.count)];
  }

  /** Whether the next input, the n-th of its op, comes round from the other end and the schedule doesn't wait for it. */
  overlooked(stage: number, op: 0 | 1, n: number): boolean {
    const { schedule, devices } = this.scenario;
    if (schedule.overlooksWraps !== true || n % devices === 0) return false;
    const { previous, next, device } = this.stages;
    const from = op === 0 ? previous[stage] : next[stage];
    return from !== -1 && device[from] !== device[stage] + (op === 0 ? -1 : 1);
  }

  borrow(stage: number, op: 0 | 1): void {
    this.borrowed[op][stage]++;
  }

  /** Whether what has come was used before. */
  repays(stage: number, op: 0 | 1): boolean {
    if (this.borrowed[op][stage] === 0) return false;
    this.borrowed[op][stage]--;
    return true;
  }
}
