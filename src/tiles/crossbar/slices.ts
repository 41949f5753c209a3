import type { Matrix } from '../../core/matrix.ts';
import type { Arena } from '../../core/memory/arena.ts';
import type { Lesson } from '../../updates/update.ts';
import type { Block } from './array.ts';
import { Room } from './room.ts';

/** The part of lessons that one array of a tile learns from, as matrices of its own. */
export class Slices {
  readonly #arena: Arena;
  readonly #rooms: { readonly x: Room; readonly delta: Room }[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** @returns lessons that are valid until the next call */
  of(lessons: readonly Lesson[], block: Block): readonly Lesson[] {
    const { firstInput, inputs, firstUnit, units } = block;
    return lessons.map((lesson, k) => {
      this.#rooms[k] ??= { x: new Room(this.#arena), delta: new Room(this.#arena) };
      const { x, delta } = this.#rooms[k];
      return {
        x: columnsOf(lesson.x, firstInput, inputs, x),
        delta: columnsOf(lesson.delta, firstUnit, units, delta),
        blocks: lesson.blocks,
      };
    });
  }
}

function columnsOf({ rows, columns: all, data }: Matrix, first: number, columns: number, room: Room): Matrix {
  if (columns === all) return { rows, columns, data };
  const own = room.floats(rows * columns);
  for (let r = 0; r < rows; r++) {
    const at = r * all + first;
    own.set(data.subarray(at, at + columns), r * columns);
  }
  return { rows, columns, data: own };
}

/** The weights of one block, times a factor [inputs × units of the block]. */
export function blockOf(weights: Float32Array, columns: number, block: Block, factor: number): Float32Array {
  const { firstInput, inputs, firstUnit, units } = block;
  const own = new Float32Array(inputs * units);
  for (let i = 0, to = 0; i < inputs; i++) {
    const from = (firstInput + i) * columns + firstUnit;
    for (let j = 0; j < units; j++, to++) own[to] = weights[from + j] * factor;
  }
  return own;
}
