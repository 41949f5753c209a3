import type { Matrix } from '../../../core/matrix.ts';
import type { Arena } from '../../../core/memory/arena.ts';
import { make } from '../../../core/plan.ts';
import { streamState } from '../../../core/random.ts';
import type { Stateful } from '../../../core/state.ts';
import type { Microbatch } from '../../../data/microbatch.ts';
import type { Selection, SelectionPlan } from '../../../selections/selection.ts';
import type { LayerContext } from '../../layer.ts';

/** Which samples of a microbatch are learned from: made behind the loss, kept until W. */
export interface Choice {
  /** samples of the microbatch */
  rows: number;
  /** how many of them are chosen */
  count: number;
  /** their numbers, rising: the first `count` [rows] */
  readonly samples: Uint32Array;
}

/** Room for the choice of one microbatch of at most so many samples. */
export function roomForChoice(arena: Arena, rows: number): Choice {
  return { rows: 0, count: 0, samples: arena.words(rows) };
}

/** Where a loss is made: chooses what of the microbatch is learned from. */
export interface Chooser extends Stateful {
  /** how steep the loss of each sample is, as a share of the steepest, written before `choose` [rows] */
  readonly slopes: Float32Array;
  choose(rows: number, into: Choice): void;
  /** Moves the rows of the samples chosen last to the front, each times its factor [rows × columns]. */
  take(m: Float32Array, columns: number, choice: Choice): void;
}

/** @param plan  left out, nothing is chosen: all samples are learned from */
export async function chooserOf(
  plan: SelectionPlan | undefined,
  { random, input: { rows: most } }: Pick<LayerContext, 'random' | 'input'>,
): Promise<Chooser | undefined> {
  if (plan === undefined) return undefined;
  const selection = await make<Selection>(plan);
  const draw = random.fork('selection');
  const slopes = new Float32Array(most);
  const factors = new Float32Array(most);
  return {
    slopes,
    choose(rows, into) {
      into.rows = rows;
      into.count = selection.choose(slopes, rows, into.samples, factors, draw);
    },
    take(m, columns, { count, samples }) {
      for (let i = 0; i < count; i++) {
        const [from, factor] = [samples[i] * columns, factors[i]];
        for (let j = 0; j < columns; j++) m[i * columns + j] = factor * m[from + j];
      }
    },
    ...streamState(draw),
  };
}

/**
 * Chooses by what softmax cross-entropy left of each sample: half of Σ |p − target|, which without smoothing is 1 − p[label].
 *
 * @param delta  (p − target) / rows [rows × classes]; then that of the samples chosen, by their factors, in the first rows
 */
export function chooseByError(chooser: Chooser, { rows, columns, data }: Matrix, into: Choice): void {
  for (let r = 0, at = 0; r < rows; r++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += Math.abs(data[at++]);
    chooser.slopes[r] = 0.5 * rows * sum;
  }
  chooser.choose(rows, into);
  chooser.take(data, columns, into);
}

/** Takes over what a gradient from above says of the microbatch that it belongs to. */
export function takeChoice(above: Microbatch, rows: number, into: Choice): void {
  into.rows = rows;
  into.count = above.rows;
  if (into.count < rows) into.samples.set(above.chosen.subarray(0, into.count));
}

/** Says in a gradient which samples its rows belong to. */
export function passChoice({ rows, count, samples }: Choice, below: Microbatch): void {
  below.rows = count;
  if (count < rows) below.chosen.set(samples.subarray(0, count));
}
