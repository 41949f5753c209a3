import { describe, expect, it } from 'vitest';
import { shown } from '../../src/core/check.ts';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { assembled, bestFlavour } from '../../src/kernels/assembled.ts';
import { simd } from '../../src/products/simd.ts';
import { grouped } from './analog/names.ts';
import { arena, simdPlace } from './workplace.ts';

const { kernels } = simdPlace;
const [rows, columns, classes, blocks] = [2, 3, 4, 2];
const size = rows * columns;
const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, stride: 1, root: 1, shrink: 1 };
const momentum = { momentum: 0.9, rate: 0.1, shrink: 1 };

type Kind = 'float' | 'byte' | 'short' | 'word';
const floats = (...lengths: number[]): [Kind, number][] => lengths.map((length) => ['float', length]);

/** Each kernel with the arrays it takes, and how long each must be at least. */
const calls: readonly [keyof typeof kernels, [Kind, number][], unknown[]][] = [
  ['rectify', floats(size, columns, rows), [rows, columns]],
  ['normalise', floats(size, rows, size), [rows, columns]],
  ['scaleRows', floats(size, rows), [rows, columns]],
  ['gather', [...floats(columns), ['word', rows], ...floats(size)], [rows, columns]],
  ['sumRows', floats(size, columns), [rows, columns]],
  ['addRow', floats(size, columns), [rows, columns]],
  ['add', floats(size, size, size), [size]],
  ['gate', floats(size, size), [size]],
  ['drop', [...floats(blocks * size, blocks * rows), ['word', 16]], [0.5, blocks, rows, columns]],
  ['addLabels', [...floats(size, columns), ['short', rows], ...floats(rows, size)], [rows, columns]],
  [
    'squaresOfLabels',
    floats(size, classes * columns, columns, rows, rows * classes),
    [rows, columns, classes],
  ],
  ['correlateLabels', [...floats(size), ['short', rows], ...floats(rows, columns)], [rows, columns]],
  ['adam', floats(size, size, size, size), [size, adam]],
  ['momentum', floats(size, size, size), [size, momentum]],
  ['settle', floats(size), [size]],
  ['largest', floats(size + 2, rows), [columns + 2, rows, columns]],
  ['encode', floats(size + 2, rows, size), [columns + 2, rows, columns, 0.1, 1]],
  ['decode', [...floats(size, size, columns, rows), ['word', rows]], [rows, columns, 0.1, 1]],
  ['disturb', floats(size, size), [0.1, size]],
  ['squares', floats(size, rows), [rows, columns]],
  ['normals', [...floats(size), ['word', 20]], [size]],
  ['trains', [...floats(size), ['word', size], ['word', 16]], [31, size]],
  ['squaresOfBytes', [['byte', size]], [0, size]],
  ['scaleBytes', [['byte', size], ...floats(size)], [0.5, 0, size]],
];

function arrayOf(kind: Kind, length: number, of = arena) {
  if (kind === 'float') return of.floats(length);
  if (kind === 'short') return of.shorts(length);
  return kind === 'byte' ? of.bytes(length) : of.words(length);
}

it('every kernel stands in the table', () => {
  const named = Object.entries(kernels).flatMap(([name, kernel]) =>
    typeof kernel === 'function' && !grouped.includes(name) ? [name] : [],
  );
  expect(calls.map(([name]) => name).sort()).toEqual(named.sort());
});

describe.each(calls)('%s', (name, takes, rest) => {
  const call = (change: (array: ArrayBufferView, i: number) => ArrayBufferView) => {
    const arrays = takes.map(([kind, length], i) => change(arrayOf(kind, length), i));
    const given = name === 'normals' ? [arrays[0], ...rest, arrays[1]] : [...arrays, ...rest];
    return () => (kernels[name] as unknown as (...of: unknown[]) => void)(...given);
  };

  it('takes arrays in the arena that are just long enough', () => {
    expect(call((array) => array)).not.toThrow();
  });

  it('refuses an array that lies elsewhere, whichever it is', () => {
    const elsewhere = Arena.over();
    for (const [at, [kind, length]] of takes.entries()) {
      for (const foreign of [arrayOf(kind, length).slice(), arrayOf(kind, length, elsewhere)]) {
        expect(call((array, i) => (i === at ? foreign : array))).toThrow(
          new RangeError(
            `arrays of a kernel must be in the memory of the run; got '${foreign.constructor.name}'`,
          ),
        );
      }
    }
  });

  it('refuses an array that is too short, whichever it is', () => {
    for (const [at, [kind, length]] of takes.entries()) {
      const short = arrayOf(kind, length - 1);
      expect(call((array, i) => (i === at ? short : array))).toThrow(
        new RangeError(`array of a kernel must be ${length} long or longer; got ${length - 1}`),
      );
    }
  });
});

describe('what is no size or no label', () => {
  const [image, w, a, z] = [size, classes * columns, rows, size].map((length) => arena.floats(length));
  const labelled = (...of: number[]) => {
    const labels = arena.shorts(rows);
    labels.set(of);
    return labels;
  };

  it('a label whose row of W is not there is refused', () => {
    const beyond = new RangeError(`array of a kernel must be ${5 * columns} long or longer; got ${w.length}`);
    expect(() => kernels.addLabels(image, w, labelled(1, 4), a, z, rows, columns)).toThrow(beyond);
    expect(() => kernels.correlateLabels(image, labelled(4, 0), a, w, rows, columns)).toThrow(beyond);
    expect(() => kernels.addLabels(image, w, labelled(3, 0), a, z, rows, columns)).not.toThrow();
  });

  it('counts that are negative, broken or no numbers are refused, two negative ones too', () => {
    for (const [r, c] of [
      [-1, -6],
      [-1, 3],
      [0.5, 4],
      [Number.NaN, 1],
      [2 ** 32, 0],
    ]) {
      expect(() => kernels.addRow(image, image, r, c)).toThrow(
        new RangeError(`counts of a kernel must be whole numbers, 0 or more; got ${shown([r, c, 0])}`),
      );
    }
    expect(() => kernels.squaresOfBytes(arena.bytes(4), -8, 4)).toThrow('counts of a kernel');
  });

  it('labels of another width are refused', () => {
    expect(() => kernels.addLabels(image, w, arena.bytes(rows) as never, a, z, rows, columns)).toThrow(
      new RangeError("array of a kernel must be of 2 bytes a number; got 'Uint8Array'"),
    );
  });
});

it.skipIf(bestFlavour() === 'relaxed')(
  'relaxed SIMD that the engine lacks is refused in one sentence',
  async () => {
    const sentence = `this engine must have relaxed SIMD; got Node ${process.version}`;
    expect(() => assembled(arena, 'relaxed')).toThrow(new Error(sentence));
    await expect(make(simd({ flavour: 'relaxed' }), arena)).rejects.toThrow(sentence);
  },
);
