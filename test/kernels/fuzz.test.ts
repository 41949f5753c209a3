import { expect, it } from 'vitest';
import {
  Arena,
  type Kernels,
  make,
  plain,
  plainKernels,
  random,
  simd,
  simdKernels,
} from '../../src/extend.ts';
import { adam, digital } from '../../src/index.ts';

// Calls of the public API with sizes, arrays and labels that are right, nearly right or wild. Around every array lie
// canaries; whatever is called, it either throws or leaves them alone.

const calls = 2500;
const guards = 16;
/** four of them are 0.186 as a float, which a sum with another number changes */
const canary = 0x3e;
const arena = Arena.over();

/** Random operands, each between two canaries. */
class Yard {
  readonly draw;
  private readonly lots: Uint8Array[] = [];

  constructor(seed: number) {
    this.draw = random(1).fork(`call ${seed}`);
  }

  private lot(bytes: number): Uint8Array {
    const lot = arena.bytes(bytes + 2 * guards).fill(canary);
    this.lots.push(lot);
    return lot.subarray(guards, guards + bytes);
  }

  /** about as long as wanted: mostly right, at times short, rarely nothing */
  private about(length: number): number {
    const wanted = Number.isSafeInteger(length) ? Math.min(Math.max(length, 0), 4000) : 3;
    const luck = this.draw.whole(12);
    return luck === 0 ? Math.max(0, wanted - 1 - this.draw.whole(3)) : luck === 1 ? 0 : wanted;
  }

  floats(length: number): Float32Array {
    const { buffer, byteOffset, byteLength } = this.lot(4 * this.about(length));
    const array = new Float32Array(buffer, byteOffset, byteLength / 4);
    for (let i = 0; i < array.length; i++) array[i] = this.draw.normal();
    return this.draw.whole(30) === 0 ? array.slice() : array; // at times outside the arena
  }

  shorts(length: number, below: number): Uint16Array {
    const { buffer, byteOffset, byteLength } = this.lot(2 * this.about(length));
    const array = new Uint16Array(buffer, byteOffset, byteLength / 2);
    const span = [below, below, below, below + 2, 65_536][this.draw.whole(5)];
    for (let i = 0; i < array.length; i++) array[i] = this.draw.whole(Math.max(1, span));
    return array;
  }

  bytes(length: number): Uint8Array {
    return this.lot(this.about(length));
  }

  words(length = 16): Uint32Array {
    const { buffer, byteOffset, byteLength } = this.lot(4 * this.about(length));
    return new Uint32Array(buffer, byteOffset, byteLength / 4).fill(7);
  }

  size(most: number): number {
    const wild = [-1, 0, 0.5, Number.NaN, 2 ** 31, 2 ** 32 + 2, -(2 ** 31), Number.POSITIVE_INFINITY];
    return this.draw.whole(25) === 0 ? wild[this.draw.whole(wild.length)] : this.draw.whole(most + 1);
  }

  intact(): boolean {
    return this.lots.every((lot) =>
      [...lot.subarray(0, guards), ...lot.subarray(lot.length - guards)].every((byte) => byte === canary),
    );
  }
}

const step = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, stride: 0.1, root: 1, shrink: 1 };

/** One call of a kernel with random operands. */
function kernelCall(kernels: Kernels, y: Yard): () => unknown {
  const [rows, columns, classes] = [y.size(9), y.size(19), y.size(6)];
  const size = rows * columns;
  const f = (length: number) => y.floats(length);
  const labels = () => y.shorts(rows, classes);
  const all: (() => unknown)[] = [
    () => kernels.rectify(f(size), f(columns), f(rows), rows, columns),
    () => kernels.normalise(f(size), f(rows), f(size), rows, columns),
    () => kernels.scaleRows(f(size), f(rows), rows, columns),
    () => kernels.gather(f(size), y.words(rows), f(size), rows, columns),
    () => kernels.sumRows(f(size), f(columns), rows, columns),
    () => kernels.addRow(f(size), f(columns), rows, columns),
    () => kernels.add(f(size), f(size), f(size), size),
    () => kernels.gate(f(size), f(size), size),
    () => kernels.drop(f(2 * size), f(2 * rows), y.words(), 0.5, 2, rows, columns),
    () => kernels.addLabels(f(size), f(classes * columns), labels(), f(rows), f(size), rows, columns),
    () => kernels.correlateLabels(f(size), labels(), f(rows), f(classes * columns), rows, columns),
    () =>
      kernels.squaresOfLabels(
        ...([f(size), f(classes * columns), f(columns), f(rows), f(rows * classes)] as const),
        ...([rows, columns, classes] as const),
      ),
    () => kernels.adam(f(size), f(size), f(size), f(size), size, step),
    () => kernels.momentum(f(size), f(size), f(size), size, { momentum: 0.9, rate: 0.1, shrink: 1 }),
    () => kernels.settle(f(size), size),
    () => kernels.largest(f(size), f(rows), columns, rows, columns),
    () => kernels.encode(f(size), f(rows), f(size), columns, rows, columns, 0.1, 1),
    () => kernels.decode(f(size), f(size), f(columns), f(rows), y.words(rows), rows, columns, 0.1, 1),
    () => kernels.disturb(f(size), f(size), 0.1, size),
    () => kernels.squares(f(size), f(rows), rows, columns),
    () => kernels.normals(f(size), size, y.words(20)),
    () => kernels.trains(f(size), y.words(size), y.words(16), 31, size),
    () => kernels.squaresOfBytes(y.bytes(size), Math.min(rows, size), size),
    () => kernels.scaleBytes(y.bytes(size), f(size), 0.5, Math.min(rows, size), size),
  ];
  return all[y.draw.whole(all.length)];
}

/** Calls until one has broken a canary; those that throw must throw a RangeError or a TypeError. */
function storm(make: (yard: Yard) => () => unknown): { kept: number; refused: number } {
  const seen = { kept: 0, refused: 0 };
  for (let seed = 0; seed < calls; seed++) {
    const yard = new Yard(seed);
    try {
      make(yard)();
      seen.kept++;
    } catch (error) {
      expect(error, `call ${seed}`).toSatisfy((one) => one instanceof RangeError || one instanceof TypeError);
      seen.refused++;
    }
    expect(yard.intact(), `canaries of call ${seed}`).toBe(true);
  }
  return seen;
}

const many = calls / 10;

it('SIMD kernels write beside no array, whatever they are given', async () => {
  const kernels = await make(simdKernels(), arena);
  const { kept, refused } = storm((yard) => kernelCall(kernels, yard));
  expect(kept).toBeGreaterThan(many);
  expect(refused).toBeGreaterThan(many);
});

it.each([
  ['simd', simd()],
  ['plain', plain()],
])('products and digital tiles on %s write beside no array', async (_name, plan) => {
  const kernels = await make(plainKernels(), arena);
  const products = await make(plan, arena);
  const tiles = await make(digital(), { arena, kernels, products });
  const optimiser = await make(adam());
  const made = [1, 4, 9].flatMap((inputs) =>
    [1, 5, 13].map((units) => {
      const weights = new Float32Array(inputs * units).fill(0.5);
      const context = { name: 'layer0', weights, random: random(1), optimiser, horizon: 10, clock: () => 0 };
      return { inputs, units, tile: tiles.tile({ inputs, units, ...context }) };
    }),
  );
  const { kept, refused } = storm((yard) => {
    const { inputs, units, tile } = made[yard.draw.whole(made.length)];
    const rows = yard.size(9);
    const other = yard.draw.whole(8) === 0 ? yard.size(9) : rows;
    const m = (height: number, columns: number) => {
      const wrong = yard.draw.whole(15) === 0 ? yard.size(13) : columns;
      return { rows: height, columns: wrong, data: yard.floats(height * wrong) };
    };
    const all: (() => unknown)[] = [
      () => tile.read(m(rows, inputs), m(other, units)),
      () => tile.readBack(m(rows, units), m(other, inputs)),
      () => tile.correlate(m(rows, inputs), m(other, units)),
      () => tile.exact?.correlate(m(rows, inputs), m(other, units), () => {}),
      () => tile.program(yard.floats(inputs * units)),
      () => tile.update(),
    ];
    return all[yard.draw.whole(all.length)];
  });
  expect(kept).toBeGreaterThan(many);
  expect(refused).toBeGreaterThan(many);
});
