import { must, mustBeWhole } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { State } from '../core/state.ts';
import { blocks, copy, type Microbatch, microbatchIn, type Shape } from '../data/microbatch.ts';
import * as once from './forward-forward.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';

export interface ForwardForwardAgainOptions extends once.ForwardForwardOptions {
  /** updates from one measurement to the next, ≥ 1; left out, 100 */
  readonly every?: number;
  /**
   * what goes on of a microbatch that is learned from: the activity `before` the update, as a stream sends it, or `after` it,
   * for which F updates at once and goes forward twice; left out, `before`
   */
  readonly sends?: 'before' | 'after';
}

type Options = Parameters<typeof once.create>[0] & { readonly every: number; readonly sends: string };

/**
 * A Forward-Forward layer that goes forward again by its updated weights, to measure how far an update turns what it sends:
 * the angle between ĥ before and after, in degrees, of the rows that it has just learned from. On a single case the angle is 0:
 * the update scales all active units alike, by 1 + η|x̂|² for a step of η, as long as that is above 0. It learns to the same bits as `forwardForward`, unless it sends `after`.
 *
 * Rows of no activity have no angle and are left out. Where this layer draws wrong labels by its own opinion, which the update
 * changes, negative rows have none either. Multiply-accumulates of measurements are not counted.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Hinton 2022, section 7, learning fast and slow
 */
export function forwardForwardAgain(options: ForwardForwardAgainOptions): LayerPlan {
  const { every = 100, sends = 'before' } = options;
  mustBeWhole(every, 'every', 1, 'updates');
  must(sends === 'before' || sends === 'after', 'sends', "'before' or 'after'", sends);
  const inner = once.forwardForward(options);
  return {
    ...inner,
    ...plan(import.meta.url, 'forward-forward again'),
    options: { ...inner.options, every, sends },
  };
}

export const emits = once.emits;

export function cost(options: Options, input: Shape, index: number): number {
  const { units, neutral, sends } = options;
  const again = sends === 'after' ? input.width * units * (index === 0 ? 1 : neutral ? 3 : 2) : 0;
  return once.cost(options, input, index) + again;
}

export async function create(options: Options, context: LayerContext): Promise<Layer<Memory>> {
  const layer = (await once.create(options, context)) as Layer<Memory>;
  return options.sends === 'after' ? sendsAfter(layer) : measured(layer, options, context);
}

/** Restores what a forward drew from, but not the weights, so that the next forward draws the same. */
function rewind(layer: Layer, drawn: State): void {
  const updated = layer.parameters();
  layer.restore?.(drawn);
  layer.load(updated);
}

function sendsAfter(layer: Layer): Layer {
  let seen: ReturnType<NonNullable<Layer['figures']>> = {};
  return {
    ...layer,
    forward(from, to, memory) {
      const drawn = layer.state?.() ?? {};
      const loss = layer.forward(from, undefined, memory);
      seen = layer.figures?.() ?? {};
      layer.gradient(from, memory);
      layer.update();
      if (to) {
        const learned = layer.state?.() ?? {};
        rewind(layer, drawn);
        layer.forward(from, to, memory);
        layer.restore?.(learned);
      }
      return loss;
    },
    figures: () => seen,
    gradient() {},
    update() {},
    get macs() {
      return layer.macs;
    },
  };
}

function measured(layer: Layer, { every, phase }: Options, context: LayerContext): Layer {
  const { arena, input, output, negatives, index } = context;
  const [x, before, after] = [input, output, output].map((shape) => microbatchIn(arena, shape));
  const again = layer.memory();
  const opinionated = index === 0 && negatives?.needsOpinion === true && negatives.drawnBy !== 'source';
  /** what the forward under way drew from, where its update is measured */
  let drawn: State | undefined;
  let updates = 0;
  let spent = 0;
  let turn: { readonly positiveTurn?: number; readonly negativeTurn?: number } = {};
  const measure = (start: State): void => {
    const learned = layer.state?.() ?? {};
    const done = layer.macs;
    rewind(layer, start);
    layer.forward(x, after, again);
    layer.restore?.(learned);
    spent += layer.macs - done;
    const came = phase === undefined ? undefined : Math.floor(start['phases/came'][0] / phase) % 2;
    const positive = came === 1 ? undefined : turned(before, after, 0);
    const negative = came === 0 || opinionated ? undefined : turned(before, after, 1);
    turn = {
      ...(positive !== undefined && { positiveTurn: positive }),
      ...(negative !== undefined && { negativeTurn: negative }),
    };
  };
  return {
    ...layer,
    forward(from, to, memory) {
      drawn = updates % every === 0 ? layer.state?.() : undefined;
      if (drawn === undefined) return layer.forward(from, to, memory);
      copy(from, x);
      const loss = layer.forward(from, to ?? before, memory);
      before.rows = from.rows;
      if (to) before.activity.set(to.activity);
      return loss;
    },
    figures(counted) {
      const told = { ...layer.figures?.(counted), ...turn };
      turn = {};
      return told;
    },
    update() {
      layer.update();
      updates++;
      if (drawn) measure(drawn);
      drawn = undefined;
    },
    get macs() {
      return layer.macs - spent;
    },
  };
}

/** Mean angle in degrees between the rows of one block of two microbatches; of rows of zeros there is none. */
function turned(one: Microbatch, other: Microbatch, block: number): number | undefined {
  const [a, b] = [blocks(one, block, 1), blocks(other, block, 1)];
  let [sum, rows] = [0, 0];
  for (let r = 0; r < a.rows; r++) {
    const angle = angleBetween(a.data, b.data, r * a.columns, a.columns);
    if (angle === undefined) continue;
    sum += angle;
    rows++;
  }
  return rows === 0 ? undefined : ((180 / Math.PI) * sum) / rows;
}

/** 2 atan2(|â − b̂|, |â + b̂|), which keeps its figures where the angle is small; undefined where a row is of zeros. */
function angleBetween(a: Float32Array, b: Float32Array, start: number, count: number): number | undefined {
  let [aa, bb] = [0, 0];
  for (let i = start; i < start + count; i++) {
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  if (aa === 0 || bb === 0) return undefined;
  const [p, q] = [1 / Math.sqrt(aa), 1 / Math.sqrt(bb)];
  let [apart, along] = [0, 0];
  for (let i = start; i < start + count; i++) {
    apart += (p * a[i] - q * b[i]) ** 2;
    along += (p * a[i] + q * b[i]) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(along));
}
