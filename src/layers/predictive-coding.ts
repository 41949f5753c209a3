import { must, mustBePositive, mustBeWhole } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { addBias, shareRight } from '../core/rows.ts';
import { blocks, type Microbatch, passOn, type Shape } from '../data/microbatch.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { affine } from './parts/affine.ts';

export interface PredictiveCodingOptions {
  /** outputs of the layer, D; of the top layer as many as there are labels, or more */
  readonly units: number;
  /** steps T in which the states settle while learning, ≥ 1, the same in every layer; left out, 20 */
  readonly steps?: number;
  /** γ, the share of a step by which a state moves, 0 < γ ≤ 1, the same in every layer; left out, 0.1 */
  readonly stepSize?: number;
  readonly optimiser?: OptimiserPlan;
}

interface Options {
  readonly units: number;
  readonly steps: number;
  readonly stepSize: number;
}

/**
 * A layer that learns by predictive coding. Each layer has a state x, predicts it from the state below, and settles between that
 * prediction and what the errors above want:
 *
 *     e = x − f(z), z = x₋·W + b        F = ½ Σ |e|² over all layers and samples
 *     x ← x + γ (−e + (f′(z₊) ⊙ e₊)·W₊ᵀ)   T times, all layers at once
 *     ∂F/∂z = −f′(z) ⊙ e                at the settled states, from which W and b learn
 *
 * f is the ReLU, and nothing in the top layer, whose state is clamped to the one-hot label. States begin as the pass from the bottom
 * up leaves them, where all errors but the top one are 0: it takes L − l steps until an error reaches layer l. A step is two
 * iterations, for errors and states need what the neighbours made of the other. Each reads W once forward and once back; the first
 * layer reads its image once. Predictions take one pass.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Whittington and Bogacz 2017; Millidge, Tschantz and Buckley 2022
 */
export function predictiveCoding(options: PredictiveCodingOptions): LayerPlan {
  const { units, steps = 20, stepSize = 0.1 } = options;
  mustBeWhole(units, 'units of a layer', 1);
  mustBeWhole(steps, 'steps', 1);
  mustBePositive(stepSize, 'stepSize');
  must(stepSize <= 1, 'stepSize', '1 or less', stepSize);
  return {
    ...plan(import.meta.url, 'predictive coding'),
    options: { ...options, steps, stepSize },
    learns: 'locally',
    predicts: 'onePass',
    input: 'plain',
    settles: { learning: 2 * steps, predicting: 0, down: 'input' },
  };
}

export function emits({ units }: Options, input: Shape): Shape {
  return { ...input, width: units, streams: 1, candidates: 1, features: 0 };
}

/**
 * The pass up, a read and a read back a step, and the gradient. Errors of the last step go nowhere, and before the first step
 * only the top layer has one.
 */
export function cost({ units, steps }: Options, input: Shape, index: number, above?: Shape): number {
  const settling = index === 0 ? 0 : 2 * steps - (above === undefined ? 0 : 1);
  return input.width * units * (2 + settling);
}

interface Kept extends Memory {
  /** x, the state [rows × units] */
  readonly x: Float32Array;
  /** z of the first layer, which stays the same [rows × units] */
  readonly z: Float32Array | undefined;
  /** e [rows × units] */
  readonly error: Float32Array;
  /** f′(z) ⊙ e [rows × units] */
  readonly delta: Float32Array;
  /** the state below, once all have settled; the first layer has its image [rows × inputs] */
  readonly below: Float32Array | undefined;
}

export function create(options: Options, context: LayerContext): Layer<Kept> {
  const { units, stepSize } = options;
  const { arena, input: shape, kernels, index } = context;
  const first = index === 0;
  const top = context.above === undefined;
  if (top)
    must(units >= shape.classes, 'units of the top layer', `${shape.classes} or more, the classes`, units);
  const own = affine(context, shape.width, units, top ? 1 : 2);
  const squares = arena.floats(shape.rows);
  const room = arena.floats(shape.rows * units);
  const shares = arena.floats(shape.rows);
  let accuracy: number | undefined;
  /** f(z) in place of the product */
  const activate = (z: Matrix): void => {
    if (top) addBias(z, own.bias);
    else kernels.rectify(z.data, own.bias, squares, z.rows, units);
  };
  /** e and f′(z) ⊙ e from what W and the state below make of x, which lies in `delta`. @returns ½ Σ e² / rows */
  const compare = ({ x, error, delta }: Kept, rows: number): number => {
    let sum = 0;
    for (let i = 0; i < rows * units; i++) {
      const e = x[i] - delta[i];
      error[i] = e;
      sum += e * e;
    }
    if (top) delta.set(error.subarray(0, rows * units));
    else kernels.gate(delta, error, rows * units);
    return sum / 2 / rows;
  };
  const sendDown = ({ delta }: Kept, rows: number, down: Microbatch | undefined): void => {
    if (down) own.tile.readBack(matrix(rows, units, delta), blocks(down, 0, 1));
  };
  return {
    memory() {
      const [x, error, delta] = [0, 1, 2].map(() => arena.floats(shape.rows * units));
      const z = first ? arena.floats(shape.rows * units) : undefined;
      const below = first ? undefined : arena.floats(shape.rows * shape.width);
      const bytes = 3 * x.byteLength + (z?.byteLength ?? 0) + (below?.byteLength ?? 0);
      return { x, z, error, delta, below, bytes };
    },
    forward(input, output, kept, _above, down) {
      const { rows, labels } = input;
      const f = matrix(rows, units, kept.delta);
      own.tile.read(blocks(input, 0, 1), f, input.purpose);
      activate(f);
      kept.z?.set(f.data.subarray(0, rows * units));
      if (output) passOn(input, output);
      if (!top) {
        kept.x.set(f.data.subarray(0, rows * units));
        kept.error.fill(0);
        output?.activity.set(f.data.subarray(0, rows * units));
        down?.activity.fill(0, 0, rows * shape.width);
        return undefined;
      }
      accuracy = shareRight(f, labels);
      kept.x.fill(0);
      for (let r = 0; r < rows; r++) kept.x[r * units + labels[r]] = 1;
      compare(kept, rows);
      sendDown(kept, rows, down);
      output?.activity.set(kept.x.subarray(0, rows * units));
      return undefined;
    },
    settle({ t, last, input, below, above, output, down }, kept) {
      const { rows } = input;
      const { x, error, delta } = kept;
      if (t % 2 === 1) {
        const wanted = above?.activity;
        if (wanted) for (let i = 0; i < rows * units; i++) x[i] += stepSize * (wanted[i] - error[i]);
        output?.activity.set(x.subarray(0, rows * units));
        return undefined;
      }
      if (kept.z) delta.set(kept.z.subarray(0, rows * units));
      else {
        const f = matrix(rows, units, delta);
        own.tile.read(blocks(below, 0, 1), f, input.purpose);
        activate(f);
      }
      const energy = compare(kept, rows);
      if (t < last) sendDown(kept, rows, down);
      else kept.below?.set(below.activity.subarray(0, rows * shape.width));
      return t === last ? energy : undefined;
    },
    figures: () => (accuracy === undefined ? {} : { accuracy }),
    gradient(input, { delta, below }) {
      const { rows } = input;
      shares.fill(-1 / rows, 0, rows);
      kernels.scaleRows(delta, shares, rows, units);
      const x = below ? matrix(rows, shape.width, below) : blocks(input, 0, 1);
      own.correlate(x, matrix(rows, units, delta));
    },
    update: () => own.update(),
    predict(input, output) {
      passOn(input, output);
      const f = matrix(input.rows, units, room);
      own.tile.read(blocks(input, 0, 1), f, input.purpose);
      activate(f);
      output.activity.set(room.subarray(0, input.rows * units));
      if (top && input.purpose === 'onePass') copyScores(f, output);
    },
    parameters: own.parameters,
    load: own.load,
    state: own.state,
    restore: own.restore,
    get macs() {
      return own.tile.macs;
    },
    hardware: () => own.tile.counts?.(),
    dispose: () => own.dispose(),
  };
}

/** The first columns, one a class, become the scores. */
function copyScores({ rows, columns, data }: Matrix, { scores, shape }: Microbatch): void {
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < shape.classes; c++) scores[r * shape.classes + c] = data[r * columns + c];
}
