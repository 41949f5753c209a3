import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import type { Reading, ReadPath } from './periphery/read-path.ts';
import { Room } from './room.ts';

/** Arrays that share converters, and where they lie among the lines of the tile. */
export interface Group {
  readonly path: ReadPath;
  readonly firstInput: number;
  readonly firstOutput: number;
  /** what its outputs are multiplied with to make up for drift [outputs]; left out, nothing */
  readonly factors?: Float32Array;
}

/** All arrays of a tile, read in one direction: what comes out of the groups that have the same outputs is added. */
export class Side {
  readonly groups: readonly Group[];
  readonly #place: Workplace;
  readonly #x: Room;
  readonly #z: Room;
  readonly #part: Room;

  constructor(groups: readonly Group[], place: Workplace) {
    this.groups = groups;
    this.#place = place;
    this.#x = new Room(place.arena);
    this.#z = new Room(place.arena);
    this.#part = new Room(place.arena);
  }

  /**
   * @param x  [rows × inputs]
   * @param z  [rows × outputs], overwritten
   */
  read(x: Matrix, z: Matrix, reading: Reading): void {
    const { arena } = this.#place;
    const [from, to] = [x.rows * x.columns, z.rows * z.columns];
    let data = x.data;
    if (!arena.holds(data)) {
      data = this.#x.floats(from);
      data.set(x.data.subarray(0, from));
    }
    const out = arena.holds(z.data) ? z : matrix(z.rows, z.columns, this.#z.floats(to));
    const single = this.groups.length === 1;
    if (!single) out.data.fill(0, 0, to);
    for (const group of this.groups) {
      const { path, firstInput, factors } = group;
      const rows = { rows: x.rows, columns: path.inputs, stride: x.columns, data: data.subarray(firstInput) };
      const part = single ? out : matrix(z.rows, path.outputs, this.#part.floats(z.rows * path.outputs));
      path.read(rows, part, reading);
      if (factors) multiply(part, factors);
      if (!single) add(part, out, group.firstOutput);
    }
    if (out !== z) z.data.set(out.data.subarray(0, to));
  }
}

function multiply({ rows, columns, data }: Matrix, factors: Float32Array): void {
  for (let r = 0, at = 0; r < rows; r++) for (let i = 0; i < columns; i++, at++) data[at] *= factors[i];
}

function add({ rows, columns, data }: Matrix, into: Matrix, first: number): void {
  for (let r = 0, from = 0; r < rows; r++) {
    const to = r * into.columns + first;
    for (let i = 0; i < columns; i++, from++) into.data[to + i] += data[from];
  }
}
