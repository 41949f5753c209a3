import { must } from '../../../core/check.ts';
import { joined, type Stateful } from '../../../core/state.ts';
import type { Parameter } from '../../../core/trace.ts';
import type { Tile } from '../../../tiles/tile.ts';
import type { LayerContext } from '../../layer.ts';

/** z = x·W: a tile of weights without biases, with a name and a stream of its own. */
export interface Weights extends Stateful {
  readonly tile: Tile;
  parameters(): Parameter[];
  /** @throws {RangeError} when its parameter is missing or has another shape */
  load(parameters: readonly Parameter[]): void;
  dispose(): void;
}

/**
 * Fresh weights W ~ N(0, gain / inputs).
 *
 * @param name  of its parameter and its stream, within the layer
 */
export function weightsOf(
  context: LayerContext,
  name: string,
  inputs: number,
  units: number,
  gain: number,
): Weights {
  const { optimiser, horizon, clock, index } = context;
  const random = context.random.fork(name);
  const full = `layer${index}.${name}`;
  const draw = random.fork('weights');
  const deviation = Math.sqrt(gain / inputs);
  const weights = Float32Array.from({ length: inputs * units }, () => deviation * draw.normal());
  const tile = context.tiles.tile({
    ...{ name: full, inputs, units, weights, random: random.fork('tile'), optimiser, horizon },
    clock,
  });
  return {
    tile,
    parameters: () => [{ name: full, shape: [inputs, units], data: tile.weights() }],
    load(parameters) {
      const found = parameters.find((one) => one.name === full);
      const shape = `${inputs} × ${units}`;
      must(found?.shape.join(' × ') === shape, full, `of shape ${shape}`, found?.shape.join(' × '));
      must(found.data.length === inputs * units, `values of ${full}`, `${inputs * units}`, found.data.length);
      const wrong = found.data.find((value) => !Number.isFinite(value));
      must(wrong === undefined, `values of ${full}`, 'finite', wrong);
      tile.program(found.data);
    },
    dispose: () => tile.dispose(),
    ...joined({ tile }),
  };
}
