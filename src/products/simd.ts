import type { Arena } from '../core/memory/arena.ts';
import { plan } from '../core/plan.ts';
import { type Assembled, assembled, bestFlavour, type Flavour } from '../kernels/assembled.ts';
import { type BareProducts, type ProductsMaker, type ProductsPlan, productsOver } from './product.ts';

export interface SimdOptions {
  /** `relaxed` multiplies and adds in one instruction, where the engine can; left out, the best it has */
  readonly flavour?: Flavour;
}

/**
 * Products in WebAssembly SIMD: packed and register-blocked, on the run's memory. They need nothing but Node, and run on
 * the calling thread alone.
 */
export function simd(options: SimdOptions = {}): ProductsPlan {
  return plan(import.meta.url, 'simd', options);
}

/**
 * Makes what `simd(options)` plans.
 *
 * @throws {Error} when the kernels have not been built, or the engine lacks the flavour that was asked for
 */
export function create({ flavour = bestFlavour() }: SimdOptions, arena: Arena): ProductsMaker {
  const wasm = assembled(arena, flavour);
  const packed = scratch(arena);
  const guest = guests(arena);
  return {
    name: 'simd',
    description: `WebAssembly ${flavour === 'relaxed' ? 'relaxed ' : ''}SIMD, 1 thread`,
    products: (inputs, units) =>
      productsOver(arena, inputs, units, (weights) =>
        products({ wasm, packed, guest, inputs, units, w: weights.byteOffset }),
      ),
  };
}

interface Ground {
  readonly wasm: Assembled;
  /** room in which operands are packed, for a product of so many columns */
  readonly packed: (columns: number) => number;
  /** an operand in the arena: itself, or a copy of one that lies elsewhere */
  readonly guest: (place: number, array: Float32Array, length: number) => Float32Array;
  readonly inputs: number;
  readonly units: number;
  /** where W lies */
  readonly w: number;
}

function products({ wasm, packed, guest, inputs, units, w }: Ground): BareProducts {
  const [wide, long] = [4 * units, 4 * inputs];
  /** lets `fill` write an output, wherever that lies */
  const put = (out: Float32Array, length: number, fill: (at: number) => void): void => {
    const to = guest(2, out, length);
    fill(to.byteOffset);
    if (to !== out) out.set(to);
  };
  return {
    read: (rows, x, z) =>
      put(z, rows * units, (to) => {
        const from = guest(0, x, rows * inputs).byteOffset;
        wasm.product(rows, units, inputs, from, long, 4, w, wide, 4, to, wide, packed(units));
      }),
    readBack: (rows, delta, dx) =>
      put(dx, rows * inputs, (to) => {
        const from = guest(0, delta, rows * units).byteOffset;
        wasm.product(rows, inputs, units, from, wide, 4, w, 4, wide, to, long, packed(inputs));
      }),
    correlate: (rows, x, delta, g) =>
      put(g, inputs * units, (to) => {
        const left = guest(0, x, rows * inputs).byteOffset;
        const right = guest(1, delta, rows * units).byteOffset;
        wasm.product(inputs, units, rows, left, 4, long, right, wide, 4, to, wide, packed(units));
      }),
  };
}

/** Room for packed operands that grows with the widest product; see `product` in `kernels/assembly/product.ts`. */
function scratch(arena: Arena): (columns: number) => number {
  let room = 0;
  let at = 0;
  return (columns) => {
    const bytes = 4 * (32 + 120 * 256 + 256 * (columns + 8));
    if (bytes > room) {
      at = arena.reserve(bytes);
      room = bytes;
    }
    return at;
  };
}

/** Lets in operands that lie outside the arena, by copying them into one of three rooms of their own. */
function guests(arena: Arena) {
  const rooms: Float32Array[] = [];
  return (place: number, array: Float32Array, length: number): Float32Array => {
    if (arena.holds(array)) return array;
    if (rooms[place] === undefined || rooms[place].length < length) rooms[place] = arena.floats(length);
    const room = rooms[place].subarray(0, length);
    room.set(array.subarray(0, length));
    return room;
  };
}
