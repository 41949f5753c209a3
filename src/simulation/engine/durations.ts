import type { OpKind } from '../../core/trace.ts';
import type { Distribution } from '../../distributions/distribution.ts';
import { scaled } from '../../distributions/scaled.ts';
import { overTime } from '../costs/kept.ts';
import type { Outside } from '../onlooker.ts';
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

/** The time of a stage's op, B or W, as a multiple of its cost; `count` ops of its kind have been done before. */
export type KeptOf = (stage: number, op: number, count: number) => number;

/** draws that are made at a time */
const ahead = 16;

/**
 * How long each op lasts, in whole ticks: nanoseconds, or parts of one where times are small. Draws come from streams named by the stage and the op
 * (`… / stage 2 / W`, and `jitter` below it), so that the n-th W of a stage is stretched alike in every schedule. What is kept of a
 * microbatch stretches its B and W beside, and takes no draw.
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
  /** multiples of the time of B and W, by stage and count; undefined where it is always 1 */
  private readonly kept: KeptOf | undefined;
  /** which ops take no time, where some do nothing */
  private readonly frames: Outside['frames'];

  /**
   * @param kept    what is kept of a microbatch, where something else than the scenario says it
   * @param frames  which ops do nothing
   */
  constructor(
    scenario: ResolvedScenario,
    stages: Stages,
    kept: KeptOf | undefined = keptOf(scenario, stages),
    frames: Outside['frames'] = undefined,
  ) {
    const { jitter, root } = scenario;
    this.kept = kept;
    this.frames = frames;
    const stretched = new Map((scenario.slow ?? []).map(({ device, factor }) => [device, factor]));
    const draws: (() => number)[] = [];
    this.fixed = new Float64Array(4 * stages.count);
    for (let stage = 0; stage < stages.count; stage++) {
      const device = stages.device[stage];
      const factor = stages.share[stage] * (stretched.get(device) ?? 1) * scenario.ticks;
      for (const [op, kind] of opKinds.entries()) {
        const parts = partsOf(scenario, stages, stage, op);
        const from = root.fork(`stage ${stage}`).fork(kind);
        const at = 4 * stage + op;
        const reduce =
          op === U ? Math.round(stages.share[stage] * scenario.allReduces[device] * scenario.ticks) : 0;
        const sure = parts.every(({ cv }) => cv === 0) && (jitter === undefined || parts.length === 0);
        if (sure) {
          const time = factor * parts.reduce((sum, { mean }) => sum + mean, 0);
          this.fixed[at] = (this.stretches(op) ? time : Math.round(time)) + reduce;
          continue;
        }
        this.fixed[at] = Number.NaN;
        const samplers = parts.map((part, i) => part.sampler(from.fork(`part ${i}`)));
        const stretch = jitter?.sampler(from.fork('jitter'));
        draws[at] = drawOf(samplers, factor, stretch, reduce);
      }
    }
    this.draws = draws;
    this.place = new Int32Array(4 * stages.count);
    let next = 0;
    for (const at of draws.keys()) if (draws[at] !== undefined) this.place[at] = ahead * next++;
    this.drawn = new Float64Array(ahead * next);
    this.taken = new Uint8Array(4 * stages.count).fill(ahead);
  }

  /** @param count  ops of the kind that the stage has done before */
  draw(stage: number, op: number, count: number): number {
    if (this.frames?.idle(stage, opKinds[op], count)) return 0;
    const at = 4 * stage + op;
    const fixed = this.fixed[at];
    const time = Number.isNaN(fixed) ? this.drawnNext(at) : fixed;
    return this.stretches(op) ? Math.round(time * (this.kept?.(stage, op, count) ?? 1)) : time;
  }

  private stretches(op: number): boolean {
    return this.kept !== undefined && (op === B || op === W);
  }

  private drawnNext(at: number): number {
    if (this.taken[at] === ahead) this.drawAhead(at);
    return this.drawn[this.place[at] + this.taken[at]++];
  }

  private drawAhead(at: number): void {
    const { drawn } = this;
    const draw = this.draws[at];
    const begin = this.place[at];
    const exact = this.stretches(at & 3);
    for (let i = 0; i < ahead; i++) drawn[begin + i] = exact ? draw() : Math.round(draw());
    this.taken[at] = 0;
  }

  /** whether an op never takes any time */
  none(stage: number, op: number): boolean {
    return this.fixed[4 * stage + op] === 0;
  }
}

/** By the scenario; undefined where the same share is kept all the time. */
function keptOf({ keeps, microbatches }: ResolvedScenario, { path, paths }: Stages): KeptOf | undefined {
  if (keeps.parts === undefined) return undefined;
  const at = overTime(keeps);
  const every = paths.map((one) => microbatches / one.microbatches);
  return (stage, _op, count) => at(count * every[path[stage]]);
}

/** What one op of a stage is made of: its share of the device's costs, a forward made again, and what the ends of a path do more. */
function partsOf(
  { schedule, stages: costs, ends, keeps }: ResolvedScenario,
  { device, share, previous, next }: Stages,
  stage: number,
  op: number,
): Distribution[] {
  const again = schedule.recomputes === true && op === B;
  const kinds = again ? [opKinds[op], 'F' as const] : [opKinds[op]];
  // of a forward that is made again, the samples kept alone
  const part = (cost: Distribution | undefined, kind: OpKind): Distribution | undefined =>
    again && kind === 'F' ? cost && scaled(cost, keeps.mean) : cost;
  const own = kinds.map((kind) => part(costs[device[stage]][kind], kind));
  // what belongs to one stage alone is no share of its device's costs
  const alone = [
    previous[stage] === -1 ? ends?.first : undefined,
    next[stage] === -1 ? ends?.last : undefined,
  ]
    .flatMap((end) => kinds.map((kind) => part(end?.[kind], kind)))
    .map((cost) => cost && scaled(cost, 1 / share[stage]));
  return [...own, ...alone].filter((one): one is Distribution => one !== undefined && one.mean > 0);
}

function drawOf(
  samplers: readonly (() => number)[],
  factor: number,
  stretch: (() => number) | undefined,
  more: number,
): () => number {
  const [first, second] = samplers;
  if (samplers.length > 2 || more > 0)
    return () => factor * samplers.reduce((sum, draw) => sum + draw(), 0) * (stretch?.() ?? 1) + more;
  if (second) return () => factor * (first() + second()) * (stretch?.() ?? 1);
  return stretch === undefined ? () => factor * first() : () => factor * first() * stretch();
}
