import type { Arena } from '../../core/memory/arena.ts';

/** Floats in the arena that are overwritten again and again, and grow with the most that was asked for. */
export class Room {
  readonly #arena: Arena;
  #floats: Float32Array;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#floats = arena.floats(0);
  }

  /** @returns at least so many floats, of any values; arrays handed out before may be the same */
  floats(length: number): Float32Array {
    if (this.#floats.length < length) this.#floats = this.#arena.floats(length);
    return this.#floats;
  }
}
