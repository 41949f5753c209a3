import type { OpKind } from '../../core/trace.ts';
import type { Distribution } from '../../distributions/distribution.ts';
import type { ResolvedScenario } from '../scenario.ts';
import type { Stages } from './stages.ts';

export const F = 0;
export const B = 1;
export const W = 2;
export const U = 3;
export const opKinds = ['F', 'B', 'W', 'U'] as const;

export function codeOf(op: OpKind): 0 | 1 | 2 | 3 {
  return op === 'F' ? F : op === 'B' ? B : op === 'W' ? W : U;
}

/** draws that are made at a time */
const ahead = 16;

/**
 * How long each op lasts, in whole ticks: nanoseconds, or parts of one where times are small. Draws come from streams named by the stage and the op
 * (`… / stage 2 / W`, and `jitter` below it), so that the n-th W of a stage is stretched alike in every schedule.
 */
export class Durations {
  /** of ops that always last the same, else NaN  [stages × 4] */
  private readonly fixed: Float64Array;
  private readonly draws: readonly (() => number)[];
  /** of each op that is drawn, the draws to come: some at a time, for a stream that is at work is fast  [drawn ops × ahead] */
  private readonly drawn: Float64Array;
  private readonly place: Int32Array;
  /** how many of them have been taken  [stages × 4] */
  private readonly taken: Uint8Array;

  constructor(scenario: ResolvedScenario, stages: Stages) {
    const { schedule, jitter, root } = scenario;
    const stretched = new Map((scenario.slow ?? []).map(({ device, factor }) => [device, factor]));
    const draws: (() => number)[] = [];
    this.fixed = new Float64Array(4 * stages.count);
    for (let stage = 0; stage < stages.count; stage++) {
      const device = stages.device[stage];
      const factor = stages.share[stage] * (stretched.get(device) ?? 1) * scenario.ticks;
      const costs = scenario.stages[device];
      for (const [op, kind] of opKinds.entries()) {
        const again = schedule.recomputes === true && op === B ? costs.F : undefined;
        const parts = [costs[kind], again].filter(
          (one) => one !== undefined && one.mean > 0,
        ) as Distribution[];
        const from = root.fork(`stage ${stage}`).fork(kind);
        const at = 4 * stage + op;
        const sure = parts.every(({ cv }) => cv === 0) && (jitter === undefined || parts.length === 0);
        if (sure) {
          this.fixed[at] = Math.round(factor * parts.reduce((sum, { mean }) => sum + mean, 0));
          continue;
        }
        this.fixed[at] = Number.NaN;
        const samplers = parts.map((part, i) => part.sampler(from.fork(`part ${i}`)));
        const stretch = jitter?.sampler(from.fork('jitter'));
        const [first, second] = samplers;
        draws[at] =
          second === undefined
            ? stretch === undefined
              ? () => factor * first()
              : () => factor * first() * stretch()
            : () => factor * (first() + second()) * (stretch?.() ?? 1);
      }
    }
    this.draws = draws;
    this.place = new Int32Array(4 * stages.count);
    let next = 0;
    for (const at of draws.keys()) if (draws[at] !== undefined) this.place[at] = ahead * next++;
    this.drawn = new Float64Array(ahead * next);
    this.taken = new Uint8Array(4 * stages.count).fill(ahead);
  }

  draw(stage: number, op: number): number {
    const at = 4 * stage + op;
    const fixed = this.fixed[at];
    return Number.isNaN(fixed) ? this.drawnNext(at) : fixed;
  }

  private drawnNext(at: number): number {
    if (this.taken[at] === ahead) this.drawAhead(at);
    return this.drawn[this.place[at] + this.taken[at]++];
  }

  private drawAhead(at: number): void {
    const { drawn } = this;
    const draw = this.draws[at];
    const begin = this.place[at];
    for (let i = 0; i < ahead; i++) drawn[begin + i] = Math.round(draw());
    this.taken[at] = 0;
  }

  /** whether an op never takes any time */
  none(stage: number, op: number): boolean {
    return this.fixed[4 * stage + op] === 0;
  }
}
