import { must, mustBePositive, mustBeShare, mustBeWhole } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { make, plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { arePairs, blocks, blocksOf, type Microbatch, passOn, type Shape } from '../data/microbatch.ts';
import type { Goodness, GoodnessPlan } from '../goodness/goodness.ts';
import { meanSquares } from '../goodness/mean-squares.ts';
import { checkDropout, dropout } from '../kernels/kernel.ts';
import { audible, type Loss, type LossPlan } from '../losses/loss.ts';
import { symba } from '../losses/symba.ts';
import { length } from '../normalisations/length.ts';
import type { Normalisation, NormalisationPlan } from '../normalisations/normalisation.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { SelectionPlan } from '../selections/selection.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { activityInput } from './parts/activity-input.ts';
import { type Affine, affine } from './parts/affine.ts';
import { type Choice, type Chooser, chooserOf, roomForChoice } from './parts/chosen/choice.ts';
import { picker } from './parts/chosen/picked.ts';
import { carryFeatures } from './parts/features.ts';
import { addGoodness, compareGoodness, countGoodness, sumGoodness } from './parts/goodness-so-far.ts';
import { firstInput } from './parts/labelled-input.ts';
import { type PeerOptions, peer } from './parts/peer.ts';
import { phases } from './parts/phases.ts';

export interface ForwardForwardOptions {
  /** outputs of the layer, D */
  readonly units: number;
  readonly goodness?: GoodnessPlan;
  readonly loss?: LossPlan;
  /** what becomes of the activity before it is sent on; left out, `length()` */
  readonly normalisation?: NormalisationPlan;
  /** Hinton's peer normalisation; left out, there is none */
  readonly peer?: PeerOptions;
  /** sends a row with the neutral label through as well, for a readout: one forward product more, nothing learned of it; beside negative images the sample's own row serves, for nothing */
  readonly neutral?: boolean;
  /** hands this layer's normalised neutral activity to the readout */
  readonly feature?: boolean;
  /** counts this layer's goodness in predictions; left out, it does */
  readonly scored?: boolean;
  /** share of the units that are off while a sample is learned from, another draw for each, 0 ≤ share < 1; left out, 0 */
  readonly dropout?: number;
  /** microbatches that teach by their positive rows alone, then as many by their negative ones; left out, each by both */
  readonly phase?: number;
  /** which samples W learns from, by the greater slope of a sample's two rows; left out, all */
  readonly select?: SelectionPlan | undefined;
  /** its loss is that of its goodness and all layers' below, whose part is a constant; they must do so too, and θ is one of sums; left out, its own alone */
  readonly collaborates?: boolean;
  readonly optimiser?: OptimiserPlan;
}

type Options = ForwardForwardOptions &
  Required<Pick<ForwardForwardOptions, 'goodness' | 'loss' | 'normalisation'>>;

/**
 * A Forward-Forward layer: h = max(0, x̂·W + b), high goodness on positive rows and low on negative ones, by a loss of its
 * own. It sends ĥ, normalised, and learns from ∂L/∂z = ∂L/∂g · 2 · weight · h: nothing comes from above. With dropout h is 0
 * in some units and 1 / (1 − dropout) times as much in the others, the same ones in all rows of a sample.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Hinton 2022, sections 2 and 3
 * @see Lorberbom et al. 2024, arXiv 2305.12393, for `collaborates`: they add the goodness of the layers above as well, for
 *   which a microbatch must come back down, or go up twice
 */
export function forwardForward(options: ForwardForwardOptions): LayerPlan {
  mustBeWhole(options.units, 'units of a layer', 1);
  mustBePositive(options.peer?.strength ?? 0.03, 'peer strength');
  mustBeShare(options.peer?.decay ?? 0.9, 'peer decay');
  checkDropout(options.dropout ?? 0);
  if (options.phase !== undefined) mustBeWhole(options.phase, 'phase of a layer', 1, 'microbatches');
  must(options.neutral || !options.feature, 'neutral', 'true in a layer with a feature', options.neutral);
  const filled = { goodness: meanSquares(), loss: symba(), normalisation: length(), ...options };
  return {
    ...plan(import.meta.url, 'forward-forward'),
    options: filled,
    learns: 'locally',
    input: 'labelled',
    takesPairs: true,
    takesShortlist: true,
    collects: options.feature ?? false,
    ...(options.collaborates && { collaborates: true }),
  };
}

export function emits({ units, neutral, feature }: Options, input: Shape): Shape {
  const features = input.features + (neutral && feature ? units : 0);
  if (arePairs(input)) return { ...input, width: units, streams: 2, features };
  const candidates = input.tried ?? input.classes;
  return { ...input, width: units, streams: neutral ? 3 : 2, candidates, features };
}

/** Two forward products and two gradients; one of each where a labelled image shares them. */
export function cost({ units, neutral }: Options, input: Shape, index: number): number {
  if (arePairs(input)) return 4 * input.width * units;
  return input.width * units * (index === 0 ? 2 : neutral ? 5 : 4);
}

/** @param own  weights and biases; left out, those of a unit for every input */
export async function create(
  options: Options,
  context: LayerContext,
  own = affine(context, context.input.width, options.units, 2),
): Promise<Layer<Kept>> {
  const goodness = await make<Goodness>(options.goodness);
  const parts = {
    weight: goodness.weight(options.units),
    loss: await make<Loss>(options.loss),
    normal: await make(options.normalisation, { ...context, units: options.units, rows: rowsOf(context) }),
    chooser: await chooserOf(options.select, context),
  };
  return forwardForwardLayer(options, context, own, parts);
}

interface Parts {
  /** of a square in the goodness */
  readonly weight: number;
  readonly loss: Loss;
  readonly normal: Normalisation;
  readonly chooser: Chooser | undefined;
}

interface Kept extends Memory {
  /** h of each block, then δ of the first two [streams · rows × units] */
  readonly h: Float32Array;
  /** ∂L/∂g of the positive rows [rows], and of the negative ones */
  readonly slopes: readonly [Float32Array, Float32Array];
  /** samples that W learns from, of which the slopes are, where some are left out */
  readonly choice: Choice | undefined;
  /** labels of the negative rows, where this layer draws them [rows] */
  readonly wrong: Uint16Array;
}

function forwardForwardLayer(
  options: Options,
  context: LayerContext,
  own: Affine,
  { weight, loss, normal, chooser }: Parts,
): Layer<Kept> {
  const { units, dropout: share = 0 } = options;
  const { arena, kernels, input: shape, output: emitted } = context;
  const sent = context.index === 0 ? emitted.streams : shape.streams;
  must(sent >= emitted.streams, 'neutral', 'true in every layer below one where it is', false);
  const input = context.index > 0 ? activityInput(own.tile) : firstInput(own, context, loss.alpha * weight);
  const peers = options.peer && peer(units, options.peer, context);
  const squares = arena.floats(rowsOf(context));
  const scales = arena.floats(2 * shape.rows);
  const tried = new Uint16Array(shape.tried === undefined ? 0 : shape.rows * shape.tried);
  const good = [new Float32Array(shape.rows), new Float32Array(shape.rows)] as const;
  const drop = share > 0 ? dropout(share, units, context.random.fork('dropout'), context) : undefined;
  const pick = picker(context);
  const steepest = loss.steepest ?? loss.alpha;
  const apart = options.phase === undefined ? undefined : phases(options.phase);
  const { state, restore } = joined({
    affine: own,
    ...(input.stream && { negatives: input.stream }),
    ...(peers && { peers }),
    ...(drop && { dropout: drop }),
    ...(apart && { phases: apart }),
    ...(chooser && { selection: chooser }),
  });
  let seen: ReturnType<typeof compareGoodness> | undefined;
  let seenRows = 0;
  /** h of every block, with its squares */
  const activate = (from: Microbatch, z: Matrix, wrong?: Uint16Array): Matrix => {
    input.read(from, z, wrong);
    kernels.rectify(z.data, own.bias, squares, z.rows, units);
    return z;
  };
  return {
    memory() {
      const h = arena.floats(emitted.streams * shape.rows * units);
      const slopes = [new Float32Array(shape.rows), new Float32Array(shape.rows)] as const;
      const choice = chooser && roomForChoice(arena, shape.rows);
      return { h, slopes, choice, wrong: arena.shorts(shape.rows), bytes: h.byteLength };
    },
    forward(from, to, { h: room, slopes, choice, wrong }) {
      const { rows } = from;
      const h = activate(from, matrix(emitted.streams * rows, units, room), wrong);
      drop?.apply(h.data, squares, emitted.streams, rows);
      for (let r = 0; r < rows; r++) {
        good[0][r] = weight * squares[r];
        good[1][r] = weight * squares[rows + r];
      }
      seen = compareGoodness(good, rows);
      seenRows = rows;
      if (options.collaborates) sumGoodness(good, from, to, context.index === 0);
      const total = loss.slopes(good[0], good[1], rows, slopes[0], slopes[1]);
      apart?.separate(slopes[0], slopes[1]);
      if (chooser && choice) {
        for (let r = 0; r < rows; r++)
          chooser.slopes[r] = Math.max(Math.abs(slopes[0][r]), Math.abs(slopes[1][r])) / steepest;
        chooser.choose(rows, choice);
        for (const one of slopes) chooser.take(one, 1, choice);
      }
      if (to) {
        passOn(from, to);
        normal.apply(h.data, squares, blocks(to, 0, emitted.streams).data, h.rows);
        carryFeatures(from, to, arePairs(emitted) ? 0 : emitted.streams - 1, options.feature ?? false);
      }
      return total / rows;
    },
    // the squares are those of the last F: it is asked right behind it
    figures: (counted) =>
      counted && seen ? { ...seen, ...countGoodness(squares, weight, seenRows) } : (seen ?? {}),
    gradient(from, { h: room, slopes, choice, wrong }) {
      const { rows } = from;
      const count = choice?.count ?? rows;
      peers?.observe(room, rows);
      pick.rows(room, choice, units, 2);
      const pull = (2 * weight) / rows / (1 - share);
      for (let r = 0; r < count; r++) {
        scales[r] = audible(pull * slopes[0][r]);
        scales[count + r] = audible(pull * slopes[1][r]);
      }
      kernels.scaleRows(room, scales, 2 * count, units);
      peers?.push(room, rows, count);
      const delta = matrix(2 * count, units, room);
      own.correlateBias(delta);
      if (choice) for (let r = 0; r < count; r++) wrong[r] = wrong[choice.samples[r]];
      input.correlate(pick.input(from, choice, 2), delta, wrong);
      return choice?.count;
    },
    update: () => own.update(),
    predict(from, to) {
      passOn(from, to);
      const { purpose } = from;
      const h = activate(from, blocks(to, 0, blocksOf(emitted, purpose)));
      if (purpose === 'goodness' && (options.scored ?? true)) addGoodness(to, squares, weight, tried);
      normal.apply(h.data, squares, h.data, h.rows);
      if (purpose === 'onePass') carryFeatures(from, to, 0, options.feature ?? false);
    },
    parameters: own.parameters,
    load: own.load,
    state,
    restore,
    get macs() {
      return own.tile.macs;
    },
    hardware: () => own.tile.counts?.(),
    dispose: () => own.dispose(),
  };
}

/** Rows that the layer reads at a time, at most. */
function rowsOf({ input, output }: LayerContext): number {
  return Math.max(output.streams * input.rows, output.candidates * input.goodnessRows);
}
