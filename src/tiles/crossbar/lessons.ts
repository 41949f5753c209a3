import { must } from '../../core/check.ts';
import type { Matrix } from '../../core/matrix.ts';
import type { Arena } from '../../core/memory/arena.ts';
import { arrayIn, type State, type StateArray, type Stateful } from '../../core/state.ts';
import type { Lesson } from '../../updates/update.ts';
import { Room } from './room.ts';

/** What the microbatches since the last update teach: pulses need x and δ themselves, so they are kept until then. */
export class Lessons implements Stateful {
  readonly #arena: Arena;
  readonly #inputs: number;
  readonly #units: number;
  readonly #rooms: { readonly x: Room; readonly delta: Room }[] = [];
  #kept: Lesson[] = [];

  constructor(arena: Arena, inputs: number, units: number) {
    this.#arena = arena;
    this.#inputs = inputs;
    this.#units = units;
  }

  get kept(): readonly Lesson[] {
    return this.#kept;
  }

  /** Keeps copies. */
  take(x: Matrix, delta: Matrix, blocks: number): void {
    must(
      Number.isInteger(blocks) && blocks > 0 && x.rows % blocks === 0,
      'blocks',
      `a divisor of ${x.rows} rows`,
      blocks,
    );
    this.#keep(x.rows, blocks, x.data, delta.data);
  }

  #keep(rows: number, blocks: number, x: StateArray, delta: StateArray): void {
    const at = this.#kept.length;
    this.#rooms[at] ??= { x: new Room(this.#arena), delta: new Room(this.#arena) };
    const copy = (room: Room, from: StateArray, columns: number): Matrix => {
      const data = room.floats(rows * columns);
      data.set(from.subarray(0, rows * columns));
      return { rows, columns, data };
    };
    const room = this.#rooms[at];
    this.#kept.push({
      x: copy(room.x, x, this.#inputs),
      delta: copy(room.delta, delta, this.#units),
      blocks,
    });
  }

  /** Forgets them. */
  clear(): void {
    this.#kept = [];
  }

  state(): State {
    const named: Record<string, StateArray> = { count: Float64Array.of(this.#kept.length) };
    for (const [k, { x, delta, blocks }] of this.#kept.entries()) {
      named[`${k}/shape`] = Float64Array.of(x.rows, blocks);
      named[`${k}/x`] = x.data.slice(0, x.rows * x.columns);
      named[`${k}/delta`] = delta.data.slice(0, delta.rows * delta.columns);
    }
    return named;
  }

  restore(state: State): void {
    const [count] = arrayIn(state, 'count', 1);
    const found = Array.from({ length: count }, (_, k) => {
      const [rows, blocks] = arrayIn(state, `${k}/shape`, 2);
      const x = arrayIn(state, `${k}/x`, rows * this.#inputs);
      return { rows, blocks, x, delta: arrayIn(state, `${k}/delta`, rows * this.#units) };
    });
    this.clear();
    for (const { rows, blocks, x, delta } of found) this.#keep(rows, blocks, x, delta);
  }
}
