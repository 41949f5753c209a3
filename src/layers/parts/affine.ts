import { must } from '../../core/check.ts';
import type { Matrix } from '../../core/matrix.ts';
import type { Parameter } from '../../core/trace.ts';
import type { Tile } from '../../tiles/tile.ts';
import type { LayerContext } from '../layer.ts';
import { MeanGradient } from './mean-gradient.ts';
import { type Version, Versions } from './versions.ts';

/** z = x·W + b with the gradients of W and b, the optimiser's memory of both, and older W where they are still read. */
export interface Affine {
  /** the newest weights */
  readonly tile: Tile;
  /** b [units] */
  readonly bias: Float32Array;
  /** ∂L/∂W of the microbatch at hand, for the layer to fill; another place once some were `weighed` [inputs × units] */
  readonly gradient: Matrix;
  /** ∂L/∂b of the same, likewise [units] */
  readonly biasGradient: Float32Array;
  /** Takes the gradients as those of one microbatch, of several before an update; who has but one need not say so. */
  weighed(): void;
  /** one step of the optimiser on both, against the mean gradient of the microbatches since the last */
  update(): void;
  /** Holds the weights as they are now for a microbatch that goes forward: updates leave them alone. */
  hold(): Version;
  /** Reads the weights that were held backward, [rows × units] into [rows × inputs], where asked to, and lets go of them. */
  readBack(version: Version | undefined, delta: Matrix, into: Matrix | undefined): void;
  /** multiply-accumulates executed so far, by older weights too */
  readonly macs: number;
  /** frees what the tiles hold outside the JavaScript heap */
  dispose(): void;
  parameters(): Parameter[];
  /**
   * Takes the weights and biases of `parameters` for its own.
   *
   * @throws {RangeError} when one is missing or has another shape
   */
  load(parameters: readonly Parameter[]): void;
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
  const tile = context.tiles.tile(inputs, units);
  const draw = context.random.fork('weights');
  const deviation = Math.sqrt(gain / inputs);
  for (let i = 0; i < tile.weights.length; i++) tile.weights[i] = deviation * draw.normal();
  tile.written();
  const { arena, optimiser } = context;
  const bias = arena.floats(units);
  const gradient = new MeanGradient(inputs, units, context);
  const versions = new Versions(tile, context.tiles);
  const steppers = [optimiser.stepper(inputs * units, context), optimiser.stepper(units, context, 'biases')];
  let step = 0;
  const parameters = (): Parameter[] => [
    { name: `${name}.weight`, shape: [inputs, units], data: tile.weights },
    { name: `${name}.bias`, shape: [units], data: bias },
  ];
  return {
    tile,
    bias,
    get gradient() {
      return gradient.next.weights;
    },
    get biasGradient() {
      return gradient.next.biases;
    },
    weighed: () => gradient.take(),
    update() {
      const { weights, biases } = gradient.mean();
      versions.stash();
      const rate = optimiser.rate(step++, context.steps);
      steppers[0].step(tile.weights, weights.data, rate);
      steppers[1].step(bias, biases, rate);
      tile.written();
    },
    hold: () => versions.hold(),
    readBack: (version, delta, into) => versions.readBack(version, delta, into),
    get macs() {
      return versions.macs;
    },
    dispose: () => versions.dispose(),
    parameters,
    load(from) {
      for (const { name, shape, data } of parameters()) {
        const found = from.find((parameter) => parameter.name === name);
        must(
          found?.shape.join() === shape.join(),
          name,
          `of shape ${shape.join(' × ')}`,
          found?.shape.join(' × '),
        );
        data.set(found.data);
      }
      tile.written();
    },
  };
}
