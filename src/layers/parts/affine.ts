import { must } from '../../core/check.ts';
import type { Matrix } from '../../core/matrix.ts';
import { arrays, joined, type Stateful, together } from '../../core/state.ts';
import type { Parameter } from '../../core/trace.ts';
import { MeanGradient } from '../../tiles/digital/mean-gradient.ts';
import type { HeldWeights, Tile } from '../../tiles/tile.ts';
import type { LayerContext } from '../layer.ts';

/** The weights that a microbatch went forward by, until it comes back. */
export interface Reading {
  /** a copy, where the tile keeps one and the schedule goes back by it */
  readonly held: HeldWeights | undefined;
  /** updates before it */
  readonly updates: number;
}

/** What layers do with their tile themselves. */
export type LayerTile = Pick<
  Tile,
  'inputs' | 'units' | 'read' | 'readBack' | 'correlate' | 'macs' | 'counts' | 'exact'
>;

/** z = x·W + b: a tile of weights, and biases, which stay digital and have a stepper of their own. */
export interface Affine extends Stateful {
  readonly tile: LayerTile;
  /** b, live [units] */
  readonly bias: Float32Array;
  /** Takes what one microbatch teaches W and b: x [rows × inputs], δ = ∂L/∂z [rows × units]. */
  correlate(x: Matrix, delta: Matrix): void;
  /** Takes what one microbatch teaches b alone. */
  correlateBias(delta: Matrix): void;
  /** Moves W and b by what was taken since the last update; without rows to learn from they stay. */
  update(): void;
  /** Notes the weights of a microbatch that goes forward, and keeps them where it must come back by them. */
  hold(): Reading;
  /**
   * Reads backward by the weights of a microbatch's F, and lets go of them; or by the newest, where the context says so.
   *
   * @param dx  [rows × inputs]; left out, or without rows, nothing is read
   * @throws {RangeError} without such weights, or where the tile keeps none and was updated since
   */
  readBack(reading: Reading | undefined, delta: Matrix, dx: Matrix | undefined): void;
  /** copies of W and b, by name */
  parameters(): Parameter[];
  /**
   * Takes over the weights and biases of `parameters`.
   *
   * @throws {RangeError} when one is missing, has another shape or another number of values
   */
  load(parameters: readonly Parameter[]): void;
  dispose(): void;
}

/**
 * Fresh weights W ~ N(0, gain / inputs) from the layer's stream, and b = 0.
 *
 * @param name  before the names of its parameters; left out, that of the layer
 * @param gain  variance of a unit's output over that of its inputs: 2 before a ReLU (He 2015), 0 for a readout
 */
export function affine(
  context: LayerContext,
  inputs: number,
  units: number,
  gain: number,
  name = `layer${context.index}`,
): Affine {
  const { arena, kernels, optimiser, horizon, clock, random } = context;
  const newest = context.goesBackBy === 'newest';
  const draw = random.fork('weights');
  const deviation = Math.sqrt(gain / inputs);
  const weights = new Float32Array(inputs * units);
  for (let i = 0; i < weights.length; i++) weights[i] = deviation * draw.normal();
  const own = { name, inputs, units, weights, random: random.fork('tile') };
  const tile = context.tiles.tile({ ...own, optimiser, horizon, clock });
  const bias = arena.floats(units);
  const biasGradient = new MeanGradient(units, context);
  const biasStepper = optimiser.stepper(units, context, 'biases');
  const steps = new Float64Array(1);
  const correlateBias = ({ data, rows }: Matrix): void => {
    if (rows === 0) {
      biasGradient.takeNothing();
      return;
    }
    kernels.sumRows(data, biasGradient.next, rows, units);
    biasGradient.take();
  };
  return {
    tile,
    bias,
    correlateBias,
    correlate(x, delta) {
      correlateBias(delta);
      tile.correlate(x, delta);
    },
    update() {
      tile.update();
      const rate = optimiser.rate(steps[0]++, horizon);
      if (biasGradient.empty) biasGradient.clear();
      else biasStepper.step(bias, biasGradient.mean(), rate);
    },
    hold: () => ({ held: newest ? undefined : tile.hold?.(), updates: steps[0] }),
    readBack(reading, delta, dx) {
      if (reading === undefined)
        throw new RangeError('B needs a microbatch whose F has run and whose B has not; got another');
      const { held, updates } = reading;
      if (held === undefined && !newest)
        must(
          updates === steps[0],
          'updates between F and B on a tile that keeps no copies',
          '0',
          steps[0] - updates,
        );
      if (dx && dx.rows > 0) (held ?? tile).readBack(delta, dx);
      held?.release();
    },
    parameters: () => [
      { name: `${name}.weight`, shape: [inputs, units], data: tile.weights() },
      { name: `${name}.bias`, shape: [units], data: bias.slice() },
    ],
    load(from) {
      const start = named(from, `${name}.weight`, [inputs, units]);
      bias.set(named(from, `${name}.bias`, [units]));
      tile.program(start);
    },
    ...together(arrays({ bias, biasSteps: steps }), joined({ tile, biasStepper, biasGradient })),
    dispose: () => tile.dispose(),
  };
}

/** @throws {RangeError} unless there is a parameter of this name and shape, with as many finite values */
function named(from: readonly Parameter[], name: string, shape: readonly number[]): Float32Array {
  const found = from.find((parameter) => parameter.name === name);
  const rule = `of shape ${shape.join(' × ')}`;
  must(found?.shape.join() === shape.join(), name, rule, found?.shape.join(' × '));
  const count = shape.reduce((product, length) => product * length);
  must(
    found.data.length === count,
    `values of ${name}`,
    `${count}, as its shape ${shape.join(' × ')} says`,
    found.data.length,
  );
  const wrong = found.data.find((value) => !Number.isFinite(value));
  must(wrong === undefined, `values of ${name}`, 'finite', wrong);
  return found.data;
}
