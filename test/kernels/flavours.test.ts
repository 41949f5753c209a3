import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { type Assembled, assembled, bestFlavour } from '../../src/kernels/assembled.ts';
import { fastestKernels } from '../../src/kernels/fastest.ts';
import { simdKernels } from '../../src/kernels/simd.ts';
import { simd } from '../../src/products/simd.ts';
import { type Case, references, threeProducts } from '../contracts/three-products.ts';
import { grouped } from './analog/names.ts';

// Node 20 has relaxed SIMD behind a flag, later ones have it without.
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
const relaxed = bestFlavour() === 'relaxed';
if (!relaxed) console.info(`relaxed SIMD is not checked: Node ${process.version} has none`);

const arena = Arena.over();
const [rows, columns, classes] = [3, 21, 7];
const size = rows * columns;
const draw = random(5);

/** Arguments of every kernel, an array standing for its address. */
function everyCall(): readonly [
  string,
  readonly (Float32Array | Uint32Array | Uint16Array | Uint8Array | number)[],
][] {
  const normals = (count: number) => {
    const array = arena.floats(count);
    for (let i = 0; i < count; i++) array[i] = draw.normal();
    return array;
  };
  const labels = () => {
    const array = arena.shorts(rows);
    for (let r = 0; r < rows; r++) array[r] = draw.whole(classes);
    return array;
  };
  const words = (length: number) => {
    const array = arena.words(length);
    for (let i = 0; i < length; i++) array[i] = i;
    return array;
  };
  const pixels = arena.bytes(size);
  for (let i = 0; i < size; i++) pixels[i] = draw.whole(256);
  const squares = () => normals(size).map((value) => value * value);
  return [
    ['rectify', [normals(size), normals(columns), normals(rows), rows, columns]],
    ['normalise', [normals(size), arena.floats(rows).fill(3), normals(size), rows, columns]],
    ['scaleRows', [normals(size), normals(rows), rows, columns]],
    ['gather', [normals(size), words(rows), normals(size), rows, columns]],
    ['sumRows', [normals(size), normals(columns), rows, columns]],
    ['addRow', [normals(size), normals(columns), rows, columns]],
    ['add', [normals(size), normals(size), normals(size), size]],
    ['gate', [normals(size), normals(size), size]],
    ['drop', [normals(2 * size), normals(2 * rows), normals(16), 0.5, 2, rows, columns]],
    [
      'addLabels',
      [normals(size), normals(classes * columns), labels(), normals(rows), normals(size), rows, columns],
    ],
    [
      'squaresOfLabels',
      [
        ...[normals(size), normals(classes * columns), normals(columns), normals(rows)],
        ...[normals(rows * classes), rows, columns, classes],
      ],
    ],
    ['correlateLabels', [normals(size), labels(), normals(rows), normals(classes * columns), rows, columns]],
    [
      'adam',
      [
        ...[normals(size), normals(size), normals(size), placed(squares()), size],
        ...[0.9, 0.1, 0.999, 0.001, 1e-8, 0.01, 3, 0.9],
      ],
    ],
    ['momentum', [normals(size), normals(size), normals(size), size, 0.9, 0.1, 0.9]],
    ['largest', [normals(size), normals(rows), columns, rows, columns]],
    ['encode', [normals(size), normals(rows), normals(size), columns, rows, columns, 0.1, 1]],
    [
      'decode',
      [
        ...[normals(size), normals(size), normals(columns), normals(rows), normals(rows)],
        ...[rows, columns, 0.1, 1],
      ],
    ],
    ['disturb', [normals(size), normals(size), 0.1, size]],
    ['squares', [normals(size), normals(rows), rows, columns]],
    ['normals', [normals(size), size, normals(20)]],
    ['trains', [squares(), normals(size), normals(16), 31, size]],
    ['squaresOfBytes', [pixels, 0, size]],
    ['scaleBytes', [pixels, normals(size), 0.37, 3, size]],
    ['settle', [placed(normals(size).map((value) => value * 2 ** -120)), size]],
  ];
}

function placed(values: Float32Array): Float32Array {
  const array = arena.floats(values.length);
  array.set(values);
  return array;
}

/** What a call gives back, and what all arrays hold after it, bit by bit; they are then as they were before. */
function bitsAfter(
  wasm: Assembled,
  name: string,
  of: readonly (Float32Array | Uint32Array | Uint16Array | Uint8Array | number)[],
) {
  const arrays = of.filter((one) => typeof one !== 'number');
  const before = arrays.map((array) => array.slice());
  const result = wasm[name](...of.map((one) => (typeof one === 'number' ? one : one.byteOffset)));
  const after = arrays.map((array) => [
    ...new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice(),
  ]);
  for (const [i, array] of arrays.entries()) array.set(before[i]);
  const bits = before.map((array) => [...new Uint8Array(array.buffer)]);
  return { before: [undefined, ...bits], after: [result, ...after] };
}

it('the calls are those of every export but the product, the version, the tables and those of grouped operands', () => {
  const exported = Object.keys(assembled(arena, 'plain')).filter(
    (name) => !['product', 'version', 'ziggurat', ...grouped].includes(name),
  );
  expect(
    everyCall()
      .map(([name]) => name)
      .sort(),
  ).toEqual(exported.sort());
});

it('kernels are made once for an arena and a flavour', () => {
  expect(assembled(arena, 'plain')).toBe(assembled(arena, 'plain'));
  expect(assembled(Arena.over(), 'plain')).not.toBe(assembled(arena, 'plain'));
  expect(assembled(arena)).toBe(assembled(arena, bestFlavour()));
});

it('the fastest kernels are those of SIMD, since they are built', () => {
  expect(fastestKernels()).toEqual({ plan: simdKernels() });
});

describe.skipIf(!relaxed)('relaxed SIMD', () => {
  it.each(everyCall().map(([name, of]) => ({ name, of })))(
    'gives $name the same bits as plain SIMD',
    ({ name, of }) => {
      const plain = bitsAfter(assembled(arena, 'plain'), name, of);
      expect(plain.after).not.toEqual(plain.before);
      expect(bitsAfter(assembled(arena, 'relaxed'), name, of)).toEqual(plain);
    },
  );

  it('gives products that agree with float64 as those of plain SIMD do', async () => {
    const normals = (count: number) => Float32Array.from({ length: count }, () => draw.normal());
    const [rows, inputs, units] = [13, 300, 21];
    const of: Case = {
      ...{ rows, inputs, units },
      ...{ w: normals(inputs * units), x: normals(rows * inputs), delta: normals(rows * units) },
    };
    const expected = references(of);
    for (const flavour of ['plain', 'relaxed'] as const) {
      const maker = await make(simd({ flavour }), arena);
      expect(maker.description.includes('relaxed')).toBe(flavour === 'relaxed');
      const answers = threeProducts(maker, of);
      for (const key of ['z', 'dx', 'g'] as const) {
        const { sum, size } = expected[key];
        expect(answers[key].every((value, i) => Math.abs(value - sum[i]) <= 1e-5 * size[i])).toBe(true);
      }
    }
  });
});
