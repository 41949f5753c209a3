import { matrix } from '../../core/matrix.ts';
import type { Arena } from '../../core/memory/arena.ts';
import { arrays, joined, type State, type Stateful, together } from '../../core/state.ts';
import { emptyTally } from './counts.ts';
import type { Noise } from './noise.ts';
import { Room } from './room.ts';
import type { Side } from './side.ts';

/** the least mean that is told from nothing */
const least = 1e-4;

/**
 * Drift compensation: each group of arrays is read with every input alone at 1, and its outputs are multiplied by what the
 * mean of |y| was at first over what it is now. What learning changes is not taken for drift: after updates the reference is
 * read anew before time passes.
 *
 * @see Joshi et al. 2020; aihwkit, whose reference is this read too
 */
export class Compensation implements Stateful {
  readonly tally = emptyTally();
  readonly #side: Side;
  readonly #perColumn: boolean;
  readonly #noise: Noise;
  readonly #eye: Room;
  readonly #y: Room;
  readonly #state: Stateful;
  /** mean |y| that outputs are brought back to, for each output of each group */
  readonly #reference: Float32Array;
  readonly #factors: readonly Float32Array[];
  /** 1 where weights were updated since the reference was read [1] */
  readonly #moved = new Uint8Array(1);

  constructor(side: Side, perColumn: boolean, noise: Noise, arena: Arena) {
    this.#side = side;
    this.#perColumn = perColumn;
    this.#noise = noise;
    this.#eye = new Room(arena);
    this.#y = new Room(arena);
    this.#factors = side.groups.map(({ factors }) => factors as Float32Array);
    this.#reference = new Float32Array(this.#factors.reduce((sum, { length }) => sum + length, 0));
    const named = Object.fromEntries(this.#factors.map((factors, k) => [`factors${k}`, factors]));
    this.#state = together(
      arrays({ reference: this.#reference, moved: this.#moved, ...named }),
      joined({ noise }),
    );
  }

  /** Weights were written anew: from here on they drift. */
  programmed(): void {
    for (const factors of this.#factors) factors.fill(1);
    this.#reference.set(this.#means());
    this.#moved[0] = 0;
  }

  updated(): void {
    this.#moved[0] = 1;
  }

  /** Time is about to pass. */
  begin(): void {
    if (this.#moved[0] === 0) return;
    const means = this.#means();
    const factors = this.#factors.flatMap((own) => [...own]);
    for (let i = 0; i < means.length; i++) this.#reference[i] = Math.max(least, factors[i] * means[i]);
    this.#moved[0] = 0;
  }

  /** Time has passed. */
  end(): void {
    const means = this.#means();
    let at = 0;
    for (const factors of this.#factors)
      for (let i = 0; i < factors.length; i++, at++) factors[i] = this.#reference[at] / means[at];
  }

  /** mean |y| of what the arrays give before any factor, for each output */
  #means(): Float32Array {
    const all: number[] = [];
    for (const { path } of this.#side.groups) {
      const { inputs, outputs } = path;
      const eye = matrix(inputs, inputs, this.#eye.floats(inputs * inputs).fill(0));
      for (let j = 0; j < inputs; j++) eye.data[j * inputs + j] = 1;
      const y = matrix(inputs, outputs, this.#y.floats(inputs * outputs));
      const reading = { noise: this.#noise, tally: this.tally, average: new Float32Array(1) };
      path.read({ rows: inputs, columns: inputs, stride: inputs, data: eye.data }, y, reading);
      const sums = new Float64Array(outputs);
      for (let i = 0; i < inputs * outputs; i++) sums[i % outputs] += Math.abs(y.data[i]) / inputs;
      const mean = sums.reduce((sum, value) => sum + value, 0) / outputs;
      for (const sum of sums) all.push(Math.max(least, this.#perColumn ? sum : mean));
    }
    return Float32Array.from(all);
  }

  state = (): State => this.#state.state();
  restore = (state: State): void => this.#state.restore(state);
}
