import { must, mustBeOneOf, mustBePositive, mustBeShare, mustBeWhole } from '../core/check.ts';
import { sumOf } from '../core/counts.ts';
import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { blocksOf, type Microbatch, passOn, type Shape } from '../data/microbatch.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { boxModel, type ModelKept } from './parts/box/box-model.ts';
import { sineBox } from './parts/box/sine-box.ts';
import { backThroughUnitRows, toUnitRows } from './parts/box/unit-rows.ts';
import { carryFeatures } from './parts/features.ts';

export interface BlackBoxOptions {
  /** outputs; as many as the layer below has units, or x is cut or filled up with zeros on its straight way */
  readonly units: number;
  /** s: root mean square of what the unknown part adds to rows of 1, 0 (the identity) to 1 (nothing else); left out, 1 */
  readonly strength?: number;
  /** γ: spread of what the sines are of, in radians: 2 leaves next to nothing of them that is linear; left out, 2 */
  readonly sharpness?: number;
  /** sines inside; left out, as many as units */
  readonly hidden?: number;
  /** another seed is another box; left out, 1 */
  readonly boxSeed?: number;
  /** the box ages: updates until nothing of what it was is left; left out, it stays as it is */
  readonly lifetime?: number;
  /**
   * what goes down through it. `none`: nothing, for layers that learn locally; `exact`: the gradient by its derivative; `identity`:
   * the gradient as if the box were not there (straight through); `model`: the gradient by the derivative of a learned model
   * of the box; `error`: the head's error as it comes, for `directFeedback` layers. Left out, `model`
   */
  readonly backward?: 'none' | 'exact' | 'identity' | 'model' | 'error';
  readonly model?: BlackBoxModelOptions;
  /** the model's; left out, the pipeline's */
  readonly optimiser?: OptimiserPlan;
}

export interface BlackBoxModelOptions {
  /** hidden units; left out, twice the units of the box */
  readonly hidden?: number;
  /** spread of the noise in what it is shown of the box's outputs, whose root mean square is about 1; left out, 0 */
  readonly noise?: number;
  /** learns no more: it stays as it was loaded; left out, it learns from every microbatch */
  readonly frozen?: boolean;
}

const ways = ['none', 'exact', 'identity', 'model', 'error'];

/**
 * An unknown fixed function between two layers: y = √(1 − s²) x̂ + s · sin(x̂·U + φ)·V with x̂ = x at root mean square 1 and U, φ and V
 * drawn by `boxSeed`. It mixes all units and is not monotone, and no layer is told its derivative unless `backward` says so.
 * What it makes of a row costs no multiply-accumulates: it stands for something physical.
 *
 * A model of the box, m(x̂) = x̂ + max(0, x̂·A + a)·B + b, begins as the identity and learns from what goes through, by its own loss,
 * the mean of (m(x̂) − y)². Its parameters are the layer's: learned in one run they can be loaded into another.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Hinton 2022, section 1: Forward-Forward can be used when there is a black box in the forward pass
 */
export function blackBox(options: BlackBoxOptions): LayerPlan {
  const { strength = 1, sharpness = 2, hidden, lifetime, boxSeed = 1, backward = 'model' } = options;
  mustBeWhole(options.units, 'units of a layer', 1);
  mustBeShare(strength, 'strength of a black box');
  mustBePositive(sharpness, 'sharpness of a black box');
  mustBeWhole(hidden ?? 1, 'hidden of a black box', 1);
  must(Number.isSafeInteger(boxSeed), 'boxSeed', 'a whole number', boxSeed);
  if (lifetime !== undefined) mustBePositive(lifetime, 'lifetime of a black box');
  mustBeOneOf(backward, ways, 'backward of a black box');
  const { model } = options;
  must(
    model === undefined || backward === 'model',
    'model of a black box',
    "left out unless backward is 'model'",
    JSON.stringify(model),
  );
  mustBeWhole(model?.hidden ?? 1, 'hidden of a model', 1);
  const noise = model?.noise ?? 0;
  must(Number.isFinite(noise) && noise >= 0, 'noise of a model', 'a finite number, 0 or more', noise);
  return {
    ...plan(import.meta.url, 'black box'),
    options: { ...options },
    learns: backward === 'none' ? 'locally' : 'backward',
    relays: true,
    ...(backward === 'error' && { sends: 'error' }),
  };
}

export function emits({ units }: BlackBoxOptions, input: Shape): Shape {
  return { ...input, width: units };
}

const hiddenOf = ({ units, model }: BlackBoxOptions): number => model?.hidden ?? 2 * units;

/** Those of the model: forward, gradients and way back where it learns, its hidden units and the way back where it does not. */
export function cost(options: BlackBoxOptions, input: Shape, index: number): number {
  const { units, backward = 'model', model } = options;
  if (backward !== 'model') return 0;
  const [into, out] = [input.width * hiddenOf(options), hiddenOf(options) * units];
  const learns = model?.frozen ? into : 2 * into + 3 * out;
  return learns + (index === 0 ? 0 : into + out);
}

interface Kept extends Memory {
  /** x̂ of every block [streams · rows × inputs] */
  readonly unit: Float32Array;
  /** rms(x) of every row [streams · rows] */
  readonly sizes: Float32Array;
  /** what the sines are of [streams · rows × hidden] */
  readonly angles: Float32Array;
  /** updates that the box had seen in F */
  age: number;
  readonly model: ModelKept | undefined;
}

export function create(options: BlackBoxOptions, context: LayerContext): Layer<Kept> {
  const { units, strength = 1, sharpness = 2, backward = 'model', model: asked } = options;
  const { hidden = units, boxSeed = 1, lifetime = Number.POSITIVE_INFINITY } = options;
  const { arena, input: shape, index } = context;
  const { width: inputs } = shape;
  const made = { inputs, units, hidden, strength, sharpness, lifetime, seed: boxSeed, index };
  const box = sineBox(made);
  const { noise = 0, frozen = false } = asked ?? {};
  const model =
    backward === 'model' ? boxModel(context, units, { hidden: hiddenOf(options), noise, frozen }) : undefined;
  const most = Math.max(shape.rows * Math.max(1, shape.streams), shape.goodnessRows * shape.candidates);
  const [seen, sizes] = [arena.floats(most * inputs), new Float32Array(most)];
  const angles = new Float32Array(most * hidden);
  const pass = (from: Microbatch, to: Microbatch, room: Pick<Kept, 'unit' | 'sizes' | 'angles'>): void => {
    const rows = blocksOf(shape, from.purpose) * from.rows;
    toUnitRows(from.activity, rows, inputs, room.sizes, room.unit);
    box.pass(room.unit, rows, room.angles, to.activity);
    passOn(from, to);
    carryFeatures(from, to, 0, false);
  };
  const { state, restore } = joined({ box, ...(model && { model }) });
  const rowsKept = shape.rows * Math.max(1, shape.streams);
  const goesBack = backward !== 'none' && backward !== 'error';
  const layer: Layer<Kept> = {
    memory() {
      // nothing is kept where nothing goes back by it
      if (!goesBack) return { unit: seen, sizes, angles, age: 0, model: undefined, bytes: 0 };
      const unit = arena.floats(rowsKept * inputs);
      const rooms = { sizes: new Float32Array(rowsKept), angles: new Float32Array(rowsKept * hidden) };
      return { unit, ...rooms, age: 0, model: model?.memory(shape.rows), bytes: unit.byteLength };
    },
    forward(from, to, kept) {
      if (to === undefined) throw new TypeError('a black box must have a layer above it; got none');
      pass(from, to, kept);
      kept.age = box.age;
      return model && kept.model && model.forward(kept.unit, to.activity, from.rows, kept.model);
    },
    gradient(from, kept) {
      if (model && kept.model) model.gradient(kept.unit, from.rows, kept.model);
    },
    update() {
      model?.update();
      box.step();
    },
    predict: (from, to) => pass(from, to, { unit: seen, sizes, angles }),
    parameters: () => model?.parameters() ?? [],
    load: (parameters) => model?.load(parameters),
    state,
    restore,
    get macs() {
      return model?.macs ?? 0;
    },
    hardware() {
      const parts = (model?.parts ?? [])
        .map(({ tile }) => tile.counts?.())
        .filter((one) => one !== undefined);
      return parts.length > 0 ? sumOf(parts) : undefined;
    },
    dispose: () => model?.dispose(),
  };
  if (backward === 'none') return layer;
  return {
    ...layer,
    get macs() {
      return model?.macs ?? 0;
    },
    backward(above, below, kept) {
      if (above === undefined) throw new TypeError('a black box must have a layer above it; got none');
      const { rows, activity: delta } = above;
      if (model && kept.model) model.back(delta, rows, kept.model, below?.activity);
      if (below === undefined) return;
      const dx = below.activity;
      if (backward === 'exact') box.back(delta, rows, kept.angles, kept.age, dx);
      if (backward === 'identity' || backward === 'error') copyColumns(delta, units, dx, inputs, rows);
      if (backward !== 'error') backThroughUnitRows(dx, kept.unit, kept.sizes, rows, inputs);
    },
  };
}

/** Rows of another width: what is wider is cut, what is narrower is filled up with zeros. */
function copyColumns(
  from: Float32Array,
  width: number,
  into: Float32Array,
  columns: number,
  rows: number,
): void {
  const shared = Math.min(width, columns);
  for (let r = 0; r < rows; r++) {
    const row = into.subarray(r * columns, (r + 1) * columns).fill(0);
    row.set(from.subarray(r * width, r * width + shared));
  }
}
