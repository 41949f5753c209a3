import { type Matrix, matrix } from '../../core/matrix.ts';
import { joined, type Stateful } from '../../core/state.ts';
import type { HardwareCounts, Parameter, Purpose } from '../../core/trace.ts';
import { dropout } from '../../kernels/kernel.ts';
import type { LayerContext } from '../layer.ts';
import { affine } from './affine.ts';

/** Layers h = max(0, x·W + b), one on the other, that learn by backpropagation from ∂L/∂h of the last. */
export interface RectifiedStack extends Stateful {
  /** Σⱼ h² of the last activity that was read [rows] */
  readonly squares: Float32Array;
  /** room for the activities of one microbatch, a layer each [rows × units] */
  memory(): Float32Array[];
  /**
   * @param x     [rows × inputs]
   * @param into  receives the activity of each layer [rows × units]
   * @param drops  silences units where there is dropout
   */
  read(x: Matrix, into: readonly Float32Array[], purpose: Purpose, drops: boolean): void;
  /**
   * Takes what a microbatch teaches all layers: their input gradients, then their weight gradients.
   *
   * @param h      what `read` left; becomes ∂L/∂z of each layer
   * @param slope  ∂L/∂h of the last layer, divided by what dropout keeps [rows × units]; is overwritten
   */
  correlate(x: Matrix, h: readonly Float32Array[], slope: Float32Array): void;
  update(): void;
  parameters(): Parameter[];
  load(parameters: readonly Parameter[]): void;
  readonly macs: number;
  readonly counts: HardwareCounts[];
  dispose(): void;
}

/**
 * Layer 0 of the stack has the names and the random streams of a layer by itself; layer k has those of `inner<k>` under it.
 *
 * @param widths  units of the layers, from the input on
 * @param share   of the units silenced at random for each row while learning, below 1
 */
export function rectifiedStack(
  context: LayerContext,
  widths: readonly number[],
  share: number,
): RectifiedStack {
  const { arena, input, kernels, index } = context;
  const layers = widths.map((units, k) => {
    const random = k === 0 ? context.random : context.random.fork(`inner ${k}`);
    const inputs = k === 0 ? input.width : widths[k - 1];
    const name = k === 0 ? undefined : `layer${index}.inner${k}`;
    const own = affine({ ...context, random }, inputs, units, 2, name);
    const drop = share > 0 ? dropout(share, units, random.fork('dropout'), context) : undefined;
    return { ...{ units, own, drop }, ...joined({ affine: own, ...(drop && { dropout: drop }) }) };
  });
  const squares = arena.floats(input.rows);
  const { state, restore } = joined(
    Object.fromEntries(layers.map((layer, k) => [k === 0 ? 'own' : `inner${k}`, layer])),
  );
  return {
    squares,
    memory: () => widths.map((units) => arena.floats(input.rows * units)),
    read(x, into, purpose, drops) {
      let below = x;
      for (const [k, { units, own, drop }] of layers.entries()) {
        const h = matrix(x.rows, units, into[k]);
        own.tile.read(below, h, purpose);
        kernels.rectify(h.data, own.bias, squares, h.rows, units);
        if (drops) drop?.apply(h.data, squares, 1, h.rows);
        below = h;
      }
    },
    correlate(x, h, slope) {
      const { rows } = x;
      for (let k = layers.length - 1; k >= 0; k--) {
        const { units, own } = layers[k];
        kernels.gate(h[k], slope, rows * units);
        const delta = matrix(rows, units, h[k]);
        own.correlate(k === 0 ? x : matrix(rows, widths[k - 1], h[k - 1]), delta);
        if (k === 0) break;
        if (rows > 0) own.tile.readBack(delta, matrix(rows, widths[k - 1], slope));
        if (share > 0) for (let i = 0; i < rows * widths[k - 1]; i++) slope[i] /= 1 - share;
      }
    },
    update() {
      for (const { own } of layers) own.update();
    },
    parameters: () => layers.flatMap(({ own }) => own.parameters()),
    load(parameters) {
      for (const { own } of layers) own.load(parameters);
    },
    state,
    restore,
    get macs() {
      return layers.reduce((sum, { own }) => sum + own.tile.macs, 0);
    },
    get counts() {
      return layers.map(({ own }) => own.tile.counts?.()).filter((counts) => counts !== undefined);
    },
    dispose() {
      for (const { own } of layers) own.dispose();
    },
  };
}
