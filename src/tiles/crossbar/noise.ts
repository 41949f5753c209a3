import { type Random, streamState } from '../../core/random.ts';
import { arrays, joined, type Stateful, together } from '../../core/state.ts';
import { normalState } from '../../kernels/analog/normals.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import { Room } from './room.ts';

/** What changes from read to read: a stream of normal draws in bulk, and one of uniform draws. */
export class Noise implements Stateful {
  readonly #place: Workplace;
  readonly #words: Uint32Array;
  readonly #rounding: Random;
  readonly #room: Room;
  readonly #state: Stateful;

  /** @param random  a stream that nobody else draws from */
  constructor(random: Random, place: Workplace) {
    this.#place = place;
    this.#words = normalState(place.arena, random.fork('normals'));
    this.#rounding = random.fork('rounding');
    this.#room = new Room(place.arena);
    this.#state = together(
      arrays({ normals: this.#words }),
      joined({ rounding: streamState(this.#rounding) }),
    );
  }

  /** Standard normal draws, valid until the next call. */
  normals(count: number): Float32Array {
    const into = this.#room.floats(count);
    this.#place.kernels.normals(into, count, this.#words);
    return into;
  }

  /** uniform in [0, 1) */
  uniform(): number {
    return this.#rounding.uniform();
  }

  state = () => this.#state.state();
  restore: Stateful['restore'] = (state) => this.#state.restore(state);
}
