import { plan } from '../../src/core/plan.ts';
import { arrays } from '../../src/core/state.ts';
import { blocks, passOn, type Shape } from '../../src/data/microbatch.ts';
import type { Layer, LayerContext, LayerPlan } from '../../src/layers/layer.ts';

// A toy that listens to the layer above: its activity is driven by the input and by the mean of what the layer above sent
// for the microbatch before. It learns where it stands, by a Hebbian rule that forgets.

interface Options {
  readonly [option: string]: unknown;
  readonly units: number;
  readonly listens: boolean;
}

export function echo(units: number, listens: boolean): LayerPlan {
  const options: Options = { units, listens };
  return { ...plan(import.meta.url, 'echo'), options, learns: 'locally', ...(listens && { topDown: true }) };
}

export const emits = ({ units }: Options, input: Shape): Shape => ({ ...input, width: units, features: 0 });

export const cost = ({ units }: Options, input: Shape): number => 2 * units * input.width;

export function create({ units, listens }: Options, { input: shape, random }: LayerContext): Layer {
  const { width } = shape;
  const draw = random.fork('weights');
  const weights = Float32Array.from({ length: width * units }, () => draw.normal() / Math.sqrt(width));
  const change = new Float32Array(width * units);
  const state = arrays({ weights, change });
  let macs = 0;
  const drive = (x: Float32Array, row: number, j: number): number => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += x[row * width + i] * weights[i * units + j];
    return sum;
  };
  return {
    memory: () => ({ bytes: 4 * shape.rows * units, h: new Float32Array(shape.rows * units) }),
    forward(from, to, memory, above) {
      if (listens !== (above !== undefined))
        throw new Error('a layer that listens must hear the layer above');
      const { h } = memory as unknown as { h: Float32Array };
      const x = blocks(from, 0, 1).data;
      const heard = above === undefined ? new Float32Array(1) : blocks(above, 0, 1).data;
      const mean = heard.reduce((sum, one) => sum + one, 0) / heard.length;
      for (let r = 0; r < from.rows; r++) {
        for (let j = 0; j < units; j++) h[r * units + j] = Math.tanh(Math.max(0, drive(x, r, j) + mean));
      }
      macs += from.rows * width * units;
      if (to === undefined) return undefined;
      passOn(from, to);
      to.activity.set(h.subarray(0, from.rows * units));
      return undefined;
    },
    gradient(from, memory) {
      const { h } = memory as unknown as { h: Float32Array };
      const x = blocks(from, 0, 1).data;
      change.fill(0);
      for (let r = 0; r < from.rows; r++) {
        for (let i = 0; i < width; i++) {
          for (let j = 0; j < units; j++) change[i * units + j] += x[r * width + i] * h[r * units + j];
        }
      }
      macs += from.rows * width * units;
    },
    update() {
      for (let i = 0; i < weights.length; i++) weights[i] = 0.99 * weights[i] + 1e-3 * change[i];
    },
    predict: (from, to) => passOn(from, to),
    parameters: () => [{ name: 'echo', shape: [width, units], data: weights.slice() }],
    load: () => {},
    ...state,
    get macs() {
      return macs;
    },
    dispose() {},
  };
}
