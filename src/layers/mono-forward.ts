import { must, mustBeWhole } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import { addBias, normaliseRows, rectify, softmaxCrossEntropy, sumRows } from '../core/rows.ts';
import type { Parameter } from '../core/trace.ts';
import { blocks, passOn, type Shape } from '../data/microbatch.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { type Affine, affine } from './parts/affine.ts';

export interface MonoForwardOptions {
  /** outputs of the layer, D */
  readonly units: number;
  /** share of the units silenced at random for each row while learning, the rest scaled up: 0 or more, below 1; left out, 0 */
  readonly dropout?: number;
  /** sends the activity at root mean square 1, or as it is; left out, true */
  readonly normalise?: boolean;
  /** counts this layer's logits in predictions; left out, it does */
  readonly scored?: boolean;
  readonly optimiser?: OptimiserPlan;
}

/**
 * A Mono-Forward layer: h = max(0, x·W + b) learns to tell the classes apart through a projection of its own,
 * L = −ln softmax(h·V + c)[label]. With δ = ∂L/∂(h·V + c): ∂L/∂V = hᵀδ, ∂L/∂z = (δVᵀ) ⊙ [h > 0], ∂L/∂W = xᵀ ∂L/∂z.
 * Nothing comes from above and nothing goes down; there are no negatives, and one pass predicts.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Gong, Li and Abdulla 2025, arXiv 2501.09238
 */
export function monoForward(options: MonoForwardOptions): LayerPlan {
  mustBeWhole(options.units, 'units of a layer', 1);
  const { dropout = 0 } = options;
  must(dropout >= 0 && dropout < 1, 'dropout', '0 or more and below 1', dropout);
  return {
    ...plan(import.meta.url, 'mono-forward'),
    options: { ...options },
    learns: 'locally',
    predicts: 'onePass',
  };
}

export function emits({ units }: MonoForwardOptions, input: Shape): Shape {
  return { ...input, width: units, streams: 1, candidates: 1, features: 0 };
}

/** Forward product and weight gradient of the layer; forward, input gradient and weight gradient of its projection. */
export function cost({ units }: MonoForwardOptions, input: Shape): number {
  return input.width * units * 2 + units * input.classes * 3;
}

interface Kept extends Memory {
  /** h, as the projection read it [rows × units] */
  readonly h: Float32Array;
  /** δ of the logits [rows × classes] */
  readonly delta: Float32Array;
}

export function create(options: MonoForwardOptions, context: LayerContext): Layer {
  const { units, dropout = 0, normalise = true, scored = true } = options;
  const { input: shape } = context;
  const { classes } = shape;
  must(classes >= 2, 'classes', '2 or more, to be told apart', classes);
  const own = affine(context, shape.width, units, 2);
  const projection = projectionOf(context, units);
  const draw = context.random.fork('dropout');
  const squares = new Float32Array(shape.rows);
  /** ∂L/∂h, then ∂L/∂z: it holds nothing from one op to the next */
  const slopes = new Float32Array(shape.rows * units);
  /** logits of a prediction */
  const opinion = new Float32Array(shape.rows * classes);
  const project = (h: Matrix, z: Matrix): void => {
    projection.tile.read(h, z);
    addBias(z, projection.bias);
  };
  return {
    memory: (): Kept => {
      const h = new Float32Array(shape.rows * units);
      const delta = new Float32Array(shape.rows * classes);
      return { h, delta, bytes: h.byteLength + delta.byteLength };
    },
    forward(from, to, memory) {
      const kept = memory as Kept;
      const h = matrix(from.rows, units, kept.h);
      own.tile.read(blocks(from, 0, 1), h);
      rectify(h, own.bias, squares);
      if (dropout > 0) silence(h, dropout, draw, squares);
      if (to) {
        passOn(from, to);
        const sent = blocks(to, 0, 1);
        if (normalise) normaliseRows(h, squares, sent);
        else sent.data.set(h.data.subarray(0, from.rows * units));
      }
      const delta = matrix(from.rows, classes, kept.delta);
      project(h, delta);
      return softmaxCrossEntropy(delta, from.labels);
    },
    gradient(from, memory) {
      const kept = memory as Kept;
      const { rows } = from;
      const delta = matrix(rows, classes, kept.delta);
      const slope = matrix(rows, units, slopes);
      projection.tile.correlate(matrix(rows, units, kept.h), delta, projection.gradient);
      sumRows(delta, projection.biasGradient);
      projection.tile.readBack(delta, slope);
      pass(slopes, kept.h, rows * units, 1 / (1 - dropout));
      own.tile.correlate(blocks(from, 0, 1), slope, own.gradient);
      sumRows(slope, own.biasGradient);
    },
    update() {
      own.update();
      projection.update();
    },
    predict(from, to) {
      passOn(from, to);
      const h = blocks(to, 0, 1);
      own.tile.read(blocks(from, 0, 1), h);
      rectify(h, own.bias, squares);
      if (scored) {
        project(h, matrix(from.rows, classes, opinion));
        for (let i = 0; i < from.rows * classes; i++) to.scores[i] += opinion[i];
      }
      if (normalise) normaliseRows(h, squares, h);
    },
    parameters: () => [...own.parameters(), ...projection.parameters()],
    load(parameters) {
      own.load(parameters);
      projection.load(parameters);
    },
    get macs() {
      return own.tile.macs + projection.tile.macs;
    },
    dispose() {
      own.tile.dispose();
      projection.tile.dispose();
    },
  };
}

/**
 * V ~ N(0, 1 / D) and c = 0, under names of their own: `layer0.projection.weight`.
 *
 * From V = 0 the layer's first step has no gradient and the next ones a faint one: MNIST is learned a little less well.
 */
function projectionOf(context: LayerContext, units: number): Affine {
  const random = context.random.fork('projection');
  const made = affine({ ...context, random }, units, context.input.classes, 1);
  const before = `layer${context.index}.`;
  const parameters = (): Parameter[] =>
    made
      .parameters()
      .map(({ name, ...rest }) => ({ ...rest, name: name.replace(before, `${before}projection.`) }));
  return {
    ...made,
    parameters,
    load(from) {
      for (const { name, shape, data } of parameters()) {
        const found = from.find((parameter) => parameter.name === name);
        const fits = found?.shape.join() === shape.join();
        must(fits, name, `of shape ${shape.join(' × ')}`, found?.shape.join(' × '));
        data.set(found?.data ?? []);
      }
      made.tile.written();
    },
  };
}

/** Inverted dropout in place: a unit is silenced with probability `share`, the others are scaled by 1 / (1 − share). */
function silence({ rows, columns, data }: Matrix, share: number, draw: Random, squares: Float32Array): void {
  const scale = 1 / (1 - share);
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    let sum = 0;
    for (let j = at; j < at + columns; j++) {
      data[j] = draw.uniform() < share ? 0 : scale * data[j];
      sum += data[j] * data[j];
    }
    squares[r] = sum;
  }
}

/** slopes[i] = scale · slopes[i] where h[i] > 0, else 0: back through dropout and ReLU. */
function pass(slopes: Float32Array, h: Float32Array, count: number, scale: number): void {
  for (let i = 0; i < count; i++) slopes[i] = h[i] > 0 ? scale * slopes[i] : 0;
}
