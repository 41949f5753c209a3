import { must } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { addBias, shareRight, softmaxCrossEntropy } from '../core/rows.ts';
import { joined } from '../core/state.ts';
import { blocks, type Microbatch, passOn, type Shape } from '../data/microbatch.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { SelectionPlan } from '../selections/selection.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { affine, type Reading } from './parts/affine.ts';
import { type Choice, chooseByError, chooserOf, passChoice, roomForChoice } from './parts/chosen/choice.ts';
import { picker } from './parts/chosen/picked.ts';

export interface SoftmaxOptions {
  /** labels, 2 to 65,536 */
  readonly classes?: number;
  readonly optimiser?: OptimiserPlan;
}

export interface HeadOptions extends SoftmaxOptions {
  /** `error`: ∂L/∂logits goes down as it is, in the first `classes` columns, for `directFeedback` layers; left out, `gradient`: ∂L/∂x */
  readonly sends?: 'gradient' | 'error';
  /**
   * which samples W learns from, here and in all layers below, and B goes back for, by half the sum of |p − target| of each;
   * left out, all
   */
  readonly select?: SelectionPlan | undefined;
}

interface Options {
  readonly units: number;
  /** what it reads: the activity of the layer below, or the features collected on the way */
  readonly reads: 'activity' | 'features';
  readonly sends?: 'gradient' | 'error';
  readonly select?: SelectionPlan | undefined;
}

/**
 * The head of a backprop pipeline: p = softmax(x·W + b), L = −ln p[label]. It makes the loss and sends ∂L/∂x down, or the
 * error ∂L/∂logits itself.
 *
 * @throws {RangeError} when classes is not 2 to 65,536, or `sends` is none of its values
 */
export function crossEntropyHead(options: HeadOptions = {}): LayerPlan {
  const { sends = 'gradient' } = options;
  must(['gradient', 'error'].includes(sends), 'sends of a head', "'gradient' or 'error'", sends);
  return {
    ...softmax(options, 'activity'),
    ...{ name: 'cross-entropy head', learns: 'backward', input: 'plain' },
    ...(sends === 'error' && { sends }),
    ...(options.select && { sendsChosen: true }),
  };
}

/**
 * The readout of a Forward-Forward stream: the same softmax on normalised activities of the neutral pass. It predicts in
 * one pass, and nothing goes back into the layers it reads.
 *
 * @throws {RangeError} when classes is not 2 to 65,536
 * @see Hinton 2022, section 3.3
 */
export function softmaxReadout(options: SoftmaxOptions = {}): LayerPlan {
  return softmax(options, 'features');
}

function softmax({ classes = 10, ...rest }: SoftmaxOptions, reads: Options['reads']): LayerPlan {
  must(
    Number.isInteger(classes) && classes >= 2 && classes <= 65_536,
    'classes',
    'a whole number from 2 to 65,536',
    classes,
  );
  return {
    ...plan(import.meta.url, 'softmax readout'),
    options: { ...rest, units: classes, reads },
    learns: 'locally',
    predicts: 'onePass',
    input: 'plain',
    classes,
    ...(reads === 'features' && { reads }),
  };
}

export function emits(_options: Options, input: Shape): Shape {
  return { ...input, width: 0, streams: 0, candidates: 0, features: 0 };
}

export function cost({ units, reads, sends }: Options, input: Shape, index: number): number {
  const goesBack = index > 0 && sends !== 'error';
  return reads === 'activity' ? input.width * units * (goesBack ? 3 : 2) : input.features * units * 2;
}

interface Kept extends Memory {
  /** δ of the logits, of the samples that W learns from [rows × classes] */
  readonly delta: Float32Array;
  /** those samples, where some are left out */
  readonly choice: Choice | undefined;
  /** the weights it went forward with, where gradients go down from here, until B */
  read: Reading | undefined;
}

export async function create(
  { units, reads, sends, select }: Options,
  context: LayerContext,
): Promise<Layer<Kept>> {
  const { arena, input: shape } = context;
  const inputs = reads === 'activity' ? shape.width : shape.features;
  must(
    inputs > 0,
    'input of the softmax',
    'at least one feature (a layer with neutral and feature set)',
    inputs,
  );
  must(units === shape.classes, 'classes of the softmax', `${shape.classes}, those of the samples`, units);
  const own = affine(context, inputs, units, reads === 'activity' ? 1 : 0);
  const chooser = await chooserOf(select, context);
  const pick = picker(context);
  const stateful = chooser === undefined ? own : joined({ affine: own, selection: chooser });
  const x = (from: Microbatch): Matrix =>
    reads === 'activity' ? blocks(from, 0, 1) : matrix(from.rows, inputs, from.features);
  const logits = (from: Microbatch, z: Matrix): void => {
    own.tile.read(x(from), z, from.purpose);
    addBias(z, own.bias);
  };
  let accuracy = 0;
  const layer: Layer<Kept> = {
    memory() {
      const delta = arena.floats(shape.rows * units);
      const choice = chooser && roomForChoice(arena, shape.rows);
      return { delta, choice, read: undefined, bytes: delta.byteLength };
    },
    forward(from, _to, kept) {
      const z = matrix(from.rows, units, kept.delta);
      if (reads === 'activity' && sends !== 'error') kept.read = own.hold();
      logits(from, z);
      accuracy = shareRight(z, from.labels);
      const loss = softmaxCrossEntropy(z, from.labels);
      if (chooser && kept.choice) chooseByError(chooser, z, kept.choice);
      return loss;
    },
    figures: () => ({ accuracy }),
    gradient(from, { delta, choice }) {
      const chosen = pick.input(from, choice, 1);
      own.correlate(x(chosen), matrix(chosen.rows, units, delta));
      return choice?.count;
    },
    update: () => own.update(),
    predict(from, to) {
      passOn(from, to);
      if (from.purpose === 'onePass') logits(from, matrix(from.rows, units, to.scores));
    },
    parameters: own.parameters,
    load: own.load,
    state: stateful.state,
    restore: stateful.restore,
    get macs() {
      return own.tile.macs;
    },
    hardware: () => own.tile.counts?.(),
    dispose: () => own.dispose(),
  };
  if (reads === 'features') return layer;
  return {
    ...layer,
    get macs() {
      return own.tile.macs;
    },
    backward(_above, below, kept) {
      if (below && kept.choice) passChoice(kept.choice, below);
      if (sends === 'error') {
        if (below) broadcast(kept.delta, below, units);
        return;
      }
      const delta = matrix(below?.rows ?? 0, units, kept.delta);
      own.readBack(kept.read, delta, below && blocks(below, 0, 1));
      kept.read = undefined;
    },
  };
}

/** The error of each row into the first columns below it, and 0 into the others. */
function broadcast(error: Float32Array, below: Microbatch, classes: number): void {
  const { rows, activity } = below;
  const { width } = below.shape;
  must(
    width >= classes,
    'units below a head that sends its error',
    `${classes} or more, as there are classes`,
    width,
  );
  activity.fill(0, 0, rows * width);
  for (let r = 0; r < rows; r++) activity.set(error.subarray(r * classes, (r + 1) * classes), r * width);
}
