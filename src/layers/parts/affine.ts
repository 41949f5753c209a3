import { must } from '../../core/check.ts';
import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Parameter } from '../../core/trace.ts';
import type { Tile } from '../../tiles/tile.ts';
import type { LayerContext } from '../layer.ts';

/** z = x·W + b with the gradients of W and b and the optimiser's memory of both. */
export interface Affine {
  readonly tile: Tile;
  /** b [units] */
  readonly bias: Float32Array;
  /** ∂L/∂W, for the layer to fill before `update` [inputs × units] */
  readonly gradient: Matrix;
  /** ∂L/∂b, for the layer to fill before `update` [units] */
  readonly biasGradient: Float32Array;
  /** one step of the optimiser on both */
  update(): void;
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
  const gradient = matrix(inputs, units, arena.floats(inputs * units));
  const biasGradient = arena.floats(units);
  const steppers = [optimiser.stepper(inputs * units, context), optimiser.stepper(units, context, 'biases')];
  let step = 0;
  const parameters = (): Parameter[] => [
    { name: `${name}.weight`, shape: [inputs, units], data: tile.weights },
    { name: `${name}.bias`, shape: [units], data: bias },
  ];
  return {
    tile,
    bias,
    gradient,
    biasGradient,
    update() {
      const rate = optimiser.rate(step++, context.steps);
      steppers[0].step(tile.weights, gradient.data, rate);
      steppers[1].step(bias, biasGradient, rate);
      tile.written();
    },
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
