import { matrix } from '../../../core/matrix.ts';
import { streamState } from '../../../core/random.ts';
import { joined, type Stateful, together } from '../../../core/state.ts';
import type { Parameter } from '../../../core/trace.ts';
import type { LayerContext } from '../../layer.ts';
import { type Affine, affine, type Reading } from '../affine.ts';

/** What one microbatch left of the model. */
export interface ModelKept {
  /** activity of the model's hidden units, for B and W [rows × hidden] */
  readonly hidden: Float32Array;
  /** what the model made of the input, less what was seen to come out, over the rows [rows × units] */
  readonly error: Float32Array;
  /** weights that F read, until B */
  read: readonly Reading[] | undefined;
}

/**
 * A learned stand-in for a box: m(x) = x + max(0, x·A + a)·B + b, made to be the identity, that learns from what goes into the box and
 * what is seen to come out, L = ½ Σⱼ (m(x)ⱼ − yⱼ)² as a mean over the rows.
 */
export interface BoxModel extends Stateful {
  memory(rows: number): ModelKept;
  /**
   * Compares itself with the box.
   *
   * @param x  [rows × inputs]
   * @param y  what came out [rows × units]
   * @returns  mean of (m(x) − y)² over what was seen; undefined where it does not learn
   */
  forward(x: Float32Array, y: Float32Array, rows: number, kept: ModelKept): number | undefined;
  /** dx = ∂m/∂xᵀ δ, by the weights of F; without `dx` it lets go of them alone. */
  back(delta: Float32Array, rows: number, kept: ModelKept, dx: Float32Array | undefined): void;
  /** @param x  as in `forward` */
  gradient(x: Float32Array, rows: number, kept: ModelKept): void;
  update(): void;
  parameters(): Parameter[];
  load(parameters: readonly Parameter[]): void;
  readonly macs: number;
  readonly parts: readonly Affine[];
  dispose(): void;
}

export interface BoxModelOptions {
  readonly hidden: number;
  /** spread of the noise of what is seen to come out */
  readonly noise: number;
  /** stays as it was loaded */
  readonly frozen: boolean;
}

export function boxModel(
  context: LayerContext,
  units: number,
  { hidden, noise, frozen }: BoxModelOptions,
): BoxModel {
  const { arena, kernels, random, input, index } = context;
  const inputs = input.width;
  const shared = Math.min(inputs, units);
  const first = affine(context, inputs, hidden, 2);
  const outward = { ...context, random: random.fork('outward') };
  // from 0 on, so that it begins as the identity
  const second = affine(outward, hidden, units, 0, `layer${index}.outward`);
  const draw = random.fork('seen');
  const squares = arena.floats(input.rows);
  /** ∂L/∂(hidden), and what of it is let through: they hold nothing from one op to the next */
  const slopes = arena.floats(input.rows * hidden);
  const gated = arena.floats(input.rows * hidden);
  const { state, restore } = together(
    joined({ first, second }),
    joined(noise > 0 ? { seen: streamState(draw) } : {}),
  );
  const errorOf = (x: Float32Array, y: Float32Array, rows: number, { hidden: h, error }: ModelKept) => {
    const out = matrix(rows, units, error);
    second.tile.read(matrix(rows, hidden, h), out);
    let sum = 0;
    for (let r = 0, at = 0; r < rows; r++)
      for (let j = 0; j < units; j++, at++) {
        const own = out.data[at] + second.bias[j] + (j < shared ? x[r * inputs + j] : 0);
        const off = own - y[at] - (noise > 0 ? noise * draw.normal() : 0);
        sum += off * off;
        out.data[at] = off / rows;
      }
    return sum / (rows * units);
  };
  return {
    ...{ state, restore, parts: [first, second] },
    memory: (rows) => ({
      hidden: arena.floats(rows * hidden),
      error: arena.floats(frozen ? 0 : rows * units),
      read: undefined,
    }),
    forward(x, y, rows, kept) {
      kept.read = [first.hold(), second.hold()];
      first.tile.read(matrix(rows, inputs, x), matrix(rows, hidden, kept.hidden));
      kernels.rectify(kept.hidden, first.bias, squares, rows, hidden);
      return frozen ? undefined : errorOf(x, y, rows, kept);
    },
    back(delta, rows, kept, dx) {
      const [one, two] = kept.read ?? [];
      kept.read = undefined;
      const through = matrix(rows, hidden, slopes);
      second.readBack(two, matrix(rows, units, delta), dx && through);
      if (dx) {
        gated.set(kept.hidden.subarray(0, rows * hidden));
        kernels.gate(gated, slopes, rows * hidden);
      }
      first.readBack(one, matrix(rows, hidden, gated), dx && matrix(rows, inputs, dx));
      if (dx === undefined) return;
      for (let r = 0; r < rows; r++)
        for (let j = 0; j < shared; j++) dx[r * inputs + j] += delta[r * units + j];
    },
    gradient(x, rows, { hidden: h, error }) {
      if (frozen) return;
      const off = matrix(rows, units, error);
      second.correlate(matrix(rows, hidden, h), off);
      if (rows > 0) second.tile.readBack(off, matrix(rows, hidden, slopes));
      kernels.gate(h, slopes, rows * hidden);
      first.correlate(matrix(rows, inputs, x), matrix(rows, hidden, h));
    },
    update() {
      if (frozen) return;
      first.update();
      second.update();
    },
    parameters: () => [...first.parameters(), ...second.parameters()],
    load(parameters) {
      first.load(parameters);
      second.load(parameters);
    },
    get macs() {
      return first.tile.macs + second.tile.macs;
    },
    dispose() {
      first.dispose();
      second.dispose();
    },
  };
}
