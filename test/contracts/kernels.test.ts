import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { make, type Plan } from '../../src/core/plan.ts';
import { type Random, random } from '../../src/core/random.ts';
import type { KernelsPlan } from '../../src/kernels/kernel.ts';
import { settleEvery } from '../../src/optimisers/optimiser.ts';
import { arena, plainPlace, within } from '../kernels/workplace.ts';
import { membersOf, named } from './family.ts';
import { xorshift } from './xorshift.ts';

const machinery = ['assembled.ts', 'fastest.ts'];
const members = await membersOf('kernels', 'kernel.ts', machinery);

interface Size {
  readonly rows: number;
  readonly columns: number;
  readonly seed: number;
}

const guard = -7;
const guards = 12;

/** Random arrays of one size in the arena, at places that are no multiple of 16 bytes, with guards round each. */
class Ground {
  readonly rows: number;
  readonly columns: number;
  readonly draw: Random;
  private readonly rooms: { room: Float32Array | Uint16Array; first: number; length: number }[] = [];

  constructor({ rows, columns, seed }: Size) {
    this.rows = rows;
    this.columns = columns;
    this.draw = random(seed);
  }

  private place<A extends Float32Array | Uint16Array>(make: (length: number) => A, length: number): A {
    const first = guards + this.draw.whole(4);
    const room = make(first + length + guards).fill(guard) as A;
    this.rooms.push({ room, first, length });
    return room.subarray(first, first + length) as A;
  }

  floats(values: ArrayLike<number>): Float32Array {
    const array = this.place((length) => arena.floats(length), values.length);
    array.set(values);
    return array;
  }

  normals(count: number): Float32Array {
    return this.floats(Array.from({ length: count }, () => this.draw.normal()));
  }

  /** an output, whose content must not matter */
  empty(count: number): Float32Array {
    return this.floats(new Array(count).fill(Number.NaN));
  }

  labels(count: number, classes: number): Uint16Array {
    const array = this.place((length) => arena.shorts(length), count);
    for (let i = 0; i < count; i++) array[i] = this.draw.whole(classes);
    return array;
  }

  mustBeIntact(): void {
    for (const { room, first, length } of this.rooms) {
      const kept = room instanceof Uint16Array ? 65_536 + guard : guard;
      const outside = [...room.subarray(0, first), ...room.subarray(first + length)];
      expect(outside.every((value) => value === kept)).toBe(true);
    }
  }
}

const size = fc.record({
  rows: fc.integer({ min: 0, max: 6 }),
  columns: fc.integer({ min: 1, max: 41 }),
  seed: fc.nat(),
});
const edges = [0, 1, 3].flatMap((rows) =>
  [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 500].map((columns): [Size] => [{ rows, columns, seed: columns }]),
);

/** Says so unless it is true for arrays of any size, and nothing is written beyond them. */
function everywhere(fact: (of: Ground) => void): void {
  fc.assert(
    fc.property(size, (of) => {
      const ground = new Ground(of);
      fact(ground);
      ground.mustBeIntact();
    }),
    { numRuns: 60 + edges.length, examples: edges },
  );
}

/** Says so unless each element is what float64 makes of it; `sizes` are what an element's terms add up to without signs. */
function mustBe(
  got: Float32Array,
  expected: readonly number[],
  sizes: readonly number[] = expected.map(Math.abs),
): void {
  expect(got.length).toBe(expected.length);
  const off = expected.findIndex((value, i) => !(Math.abs(got[i] - value) <= 1e-5 * sizes[i]));
  expect(off === -1 ? 'agrees' : `[${off}] is ${got[off]}, not ${expected[off]}`).toBe('agrees');
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
const rowsOf = (m: ArrayLike<number>, columns: number) =>
  indices(m.length / columns).map((r) => Array.from(m).slice(r * columns, (r + 1) * columns));
const squaresOf = (m: ArrayLike<number>, columns: number) =>
  rowsOf(m, columns).map((row) => sum(row.map((value) => value * value)));

describe.each(members)('$title', async ({ module, factory }) => {
  const plan = factory() as Plan<unknown, never> as KernelsPlan;
  const kernels = await make(plan, arena);

  it('is planned by its own module, crosses to another thread, and says what it is', async () => {
    expect(plan.module).toBe(named(module));
    expect(structuredClone(plan)).toEqual(plan);
    const made = await make(structuredClone(plan), arena);
    expect([made.name, made.description]).toEqual([kernels.name, kernels.description]);
    expect(plan.name).toBe(`${kernels.name} kernels`);
    expect(kernels.description).not.toBe('');
  });

  describe('rectify', () => {
    it('adds the bias, cuts at 0 and sums the squares of each row', () => {
      const z = within([1, -2, 3, -1, -1, 0.5]);
      const squares = arena.floats(2);
      kernels.rectify(z, within([1, 1, -1]), squares, 2, 3);
      expect([...z]).toEqual([2, 0, 2, 0, 0, 0]);
      expect([...squares]).toEqual([8, 0]);
    });

    it('is max(0, z + b), rounded once, of every element', () => {
      everywhere((of) => {
        const { rows, columns } = of;
        const [z, bias, squares] = [of.normals(rows * columns), of.normals(columns), of.empty(rows)];
        const expected = Array.from(z, (value, i) => Math.fround(Math.max(value + bias[i % columns], 0)));
        kernels.rectify(z, bias, squares, rows, columns);
        expect([...z]).toEqual(expected);
        mustBe(squares, squaresOf(expected, columns));
      });
    });

    it('agrees with max(0, z + b) for any finite numbers', () => {
      const number = fc.float({ min: -(2 ** 50), max: 2 ** 50, noNaN: true });
      const [z, b, squares] = [arena.floats(5), arena.floats(5), arena.floats(1)];
      fc.assert(
        fc.property(number, number, (value, bias) => {
          z.fill(value);
          b.fill(bias);
          kernels.rectify(z, b, squares, 1, 5);
          expect([...z]).toEqual(new Array(5).fill(Math.fround(Math.max(value + bias, 0))));
        }),
      );
    });

    it('hides nothing that is not a number, wherever it stands', () => {
      for (const columns of [1, 4, 6, 11]) {
        for (const at of indices(columns)) {
          const z = arena.floats(2 * columns).fill(1);
          const squares = arena.floats(2);
          z[at] = Number.NaN;
          kernels.rectify(z, arena.floats(columns), squares, 2, columns);
          expect(z[at]).toBeNaN();
          expect(squares[0]).toBeNaN();
          expect(squares[1]).toBe(columns);
        }
      }
    });

    it('leaves what lies beyond the rows alone', () => {
      const z = within([-1, 1, -7]);
      kernels.rectify(z, arena.floats(2), arena.floats(1), 1, 2);
      expect([...z]).toEqual([0, 1, -7]);
    });
  });

  describe('normalise', () => {
    it('makes each row’s root mean square 1', () => {
      const into = arena.floats(4);
      kernels.normalise(within([3, 4, 0, 1e-3]), within([25, 1e-6]), into, 2, 2);
      const root = Math.sqrt(12.5);
      for (const [i, value] of [3 / root, 4 / root, 0, Math.SQRT2].entries()) {
        expect(into[i]).toBeCloseTo(value, 5);
      }
    });

    it('makes zeros of a row of zeros', () => {
      const h = arena.floats(6);
      kernels.normalise(h, arena.floats(1), h, 1, 6);
      expect([...h]).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it('divides each row by the root of its mean square, and may write where it reads', () => {
      everywhere((of) => {
        const { rows, columns } = of;
        const h = of.normals(rows * columns);
        const before = [...h];
        const squares = of.floats(squaresOf(h, columns));
        const expected = before.map(
          (value, i) => value / Math.sqrt(squares[Math.floor(i / columns)] / columns + 1e-12),
        );
        const into = of.empty(rows * columns);
        kernels.normalise(h, squares, into, rows, columns);
        mustBe(into, expected);
        expect([...h]).toEqual(before);
        kernels.normalise(h, squares, h, rows, columns);
        expect([...h]).toEqual([...into]);
      });
    });
  });

  it('scaleRows multiplies each row by its slope, rounded once', () => {
    everywhere((of) => {
      const { rows, columns } = of;
      const [h, slopes] = [of.normals(rows * columns), of.normals(rows)];
      const expected = Array.from(h, (value, i) => Math.fround(value * slopes[Math.floor(i / columns)]));
      kernels.scaleRows(h, slopes, rows, columns);
      expect([...h]).toEqual(expected);
    });
  });

  it('sumRows sums over every row; of no rows it gives zeros', () => {
    everywhere((of) => {
      const { rows, columns } = of;
      const [m, sums] = [of.normals(rows * columns), of.empty(columns)];
      const over = (term: (value: number) => number) =>
        indices(columns).map((j) => sum(rowsOf(m, columns).map((row) => term(row[j]))));
      kernels.sumRows(m, sums, rows, columns);
      mustBe(
        sums,
        over((value) => value),
        over(Math.abs),
      );
    });
  });

  it('addRow adds the row to every row, rounded once', () => {
    everywhere((of) => {
      const { rows, columns } = of;
      const [m, row] = [of.normals(rows * columns), of.normals(columns)];
      const expected = Array.from(m, (value, i) => Math.fround(value + row[i % columns]));
      kernels.addRow(m, row, rows, columns);
      expect([...m]).toEqual(expected);
    });
  });

  it('add adds, rounded once, into a third array or either of the two', () => {
    everywhere((of) => {
      const count = of.rows * of.columns;
      const [x, y, into] = [of.normals(count), of.normals(count), of.empty(count)];
      const expected = Array.from(x, (value, i) => Math.fround(value + y[i]));
      const [alsoX, alsoY] = [of.floats(x), of.floats(y)];
      kernels.add(x, y, into, count);
      kernels.add(alsoX, y, alsoX, count);
      kernels.add(x, alsoY, alsoY, count);
      for (const sums of [into, alsoX, alsoY]) expect([...sums]).toEqual(expected);
      expect([...x, ...y]).toEqual([...of.floats([...x]), ...of.floats([...y])]);
    });
  });

  describe('gate', () => {
    it('lets through where h > 0, and makes 0 elsewhere', () => {
      everywhere((of) => {
        const count = of.rows * of.columns;
        const h = of.floats(Array.from({ length: count }, () => Math.max(0, of.draw.normal())));
        const above = of.normals(count);
        const expected = Array.from(h, (value, i) => (value > 0 ? above[i] : 0));
        kernels.gate(h, above, count);
        expect([...h]).toEqual(expected);
      });
    });

    it('hides nothing from above that is not a number, and lets nothing through a silent unit', () => {
      const h = within([1, 0, 2, 0, 3, 0]);
      kernels.gate(h, arena.floats(6).fill(Number.NaN), 6);
      expect([...h]).toEqual([Number.NaN, 0, Number.NaN, 0, Number.NaN, 0]);
    });
  });

  describe('drop', () => {
    const stateOf = (draw: Random) => {
      const state = arena.words(16);
      for (let i = 0; i < 16; i++) state[i] = draw.whole(2 ** 32);
      return state;
    };
    const keeps = [1, 0.9, 0.5, 0.2, 0.01];

    it('keeps the units whose word of 31 bits lies below keep · 2³¹, the same in every block, scaled by 1 / keep', () => {
      everywhere((of) => {
        const { rows, columns, draw } = of;
        const [blocks, keep] = [1 + draw.whole(3), keeps[draw.whole(keeps.length)]];
        const h = of.normals(blocks * rows * columns);
        const squares = of.empty(blocks * rows);
        const state = stateOf(draw);
        const word = xorshift(state);
        const kept = indices(rows).flatMap(() => {
          const words = indices(4 * Math.ceil(columns / 4)).map((j) => word(j % 4) >>> 1);
          return words.slice(0, columns).map((bits) => bits < keep * 2 ** 31);
        });
        const scale = Math.fround(1 / keep);
        const expected = Array.from(h, (value, i) =>
          kept[i % (rows * columns)] ? Math.fround(value * scale) : 0,
        );
        kernels.drop(h, squares, state, keep, blocks, rows, columns);
        expect(Array.from(h, (value) => value + 0)).toEqual(expected); // −0 + 0 is 0
        mustBe(squares, squaresOf(expected, columns));
        expect([...state]).toEqual([...word.state]);
      });
    });

    it('gives the bits of the plain kernels for the same state, call after call', () => {
      everywhere((of) => {
        const { rows, columns, draw } = of;
        const [blocks, keep] = [1 + draw.whole(3), keeps[draw.whole(keeps.length)]];
        const [state, other] = [stateOf(draw), stateOf(draw)];
        other.set(state);
        for (let call = 0; call < 3; call++) {
          const h = of.normals(blocks * rows * columns);
          const same = of.floats(h);
          kernels.drop(h, of.empty(blocks * rows), state, keep, blocks, rows, columns);
          plainPlace.kernels.drop(same, of.empty(blocks * rows), other, keep, blocks, rows, columns);
          const bits = (array: Float32Array) => [...new Uint32Array(array.slice().buffer)];
          expect(bits(h)).toEqual(bits(same));
          expect([...state]).toEqual([...other]);
        }
      });
    });

    it.each(keeps)('keeps about a share of %d, other units at each call', (keep) => {
      const [rows, columns] = [100, 203];
      const count = rows * columns;
      const state = stateOf(random(3));
      const calls = indices(2).map(() => {
        const h = arena.floats(count).fill(1);
        kernels.drop(h, arena.floats(rows), state, keep, 1, rows, columns);
        return h;
      });
      for (const h of calls) {
        const share = h.filter((value) => value !== 0).length / count;
        expect(Math.abs(share - keep)).toBeLessThanOrEqual(4 * Math.sqrt((keep * (1 - keep)) / count));
      }
      if (keep < 1) expect(calls[0]).not.toEqual(calls[1]);
    });

    it('changes nothing by a keep of 1, whatever is drawn', () => {
      const h = within(indices(9).map((i) => i + 0.1));
      const before = h.slice();
      const squares = arena.floats(1);
      // four generators of which the next word is 2³² − 1
      const greatest = stateOf(random(4)).fill(0).fill(0xffffe000, 12);
      expect(xorshift(greatest)(0)).toBe(2 ** 32 - 1);
      for (const state of [stateOf(random(4)), greatest]) {
        kernels.drop(h, squares, state, 1, 1, 1, 9);
        expect([...h]).toEqual([...before]);
        mustBe(squares, squaresOf(before, 9));
      }
    });
  });

  describe('labels', () => {
    const classes = 7;

    it('addLabels adds each row’s own label, times its amplitude, to its image', () => {
      everywhere((of) => {
        const { rows, columns } = of;
        const [image, w] = [of.normals(rows * columns), of.normals((classes + 2) * columns)];
        const [labels, a, z] = [of.labels(rows, classes), of.normals(rows), of.empty(rows * columns)];
        const terms = (term: (value: number) => number) =>
          Array.from(image, (value, i) => {
            const r = Math.floor(i / columns);
            return term(value) + term(a[r] * w[labels[r] * columns + (i % columns)]);
          });
        kernels.addLabels(image, w, labels, a, z, rows, columns);
        mustBe(
          z,
          terms((value) => value),
          terms(Math.abs),
        );
      });
    });

    it('tell 65,536 labels apart', () => {
      const many = 65_536;
      const [image, w, g] = [arena.floats(2), arena.floats(many), arena.floats(many)];
      const [labels, a, z] = [arena.shorts(2), arena.floats(2).fill(1), arena.floats(2)];
      labels.set([many - 1, 255]);
      w[many - 1] = 3;
      w[255] = 5;
      kernels.addLabels(image, w, labels, a, z, 2, 1);
      expect([...z]).toEqual([3, 5]);
      kernels.correlateLabels(z, labels, a, g, 2, 1);
      expect([g[many - 1], g[255], g.reduce((total, value) => total + value)]).toEqual([3, 5, 8]);
    });

    it('squaresOfLabels gives the sum of squares that rectify gives after addLabels', () => {
      everywhere((of) => {
        const { rows, columns } = of;
        const [image, w] = [of.normals(rows * columns), of.normals((classes + 2) * columns)];
        const [bias, a, out] = [of.normals(columns), of.normals(rows), of.empty(rows * classes)];
        const expected = rowsOf(image, columns).flatMap((row, r) =>
          indices(classes).map((c) =>
            sum(row.map((value, j) => Math.max(0, value + a[r] * w[c * columns + j] + bias[j]) ** 2)),
          ),
        );
        const sizes = rowsOf(image, columns).flatMap((row, r) =>
          indices(classes).map((c) =>
            sum(
              row.map((value, j) => {
                const terms = [value, a[r] * w[c * columns + j], bias[j]];
                return sum(terms.map(Math.abs)) ** 2;
              }),
            ),
          ),
        );
        kernels.squaresOfLabels(image, w, bias, a, out, rows, columns, classes);
        mustBe(out, expected, sizes);
      });
    });

    it('hide nothing that is not a number', () => {
      for (const columns of [1, 4, 9]) {
        const image = arena.floats(columns);
        const [one, out] = [arena.floats(1).fill(1), arena.floats(classes)];
        image[columns - 1] = Number.NaN;
        const w = arena.floats(classes * columns);
        kernels.squaresOfLabels(image, w, arena.floats(columns), one, out, 1, columns, classes);
        expect([...out]).toEqual(Array(classes).fill(Number.NaN));
      }
    });

    it('correlateLabels adds each row, times its amplitude, to the row of its label, and to no other', () => {
      everywhere((of) => {
        const { rows, columns } = of;
        const [delta, g] = [of.normals(rows * columns), of.normals((classes + 2) * columns)];
        const [labels, a] = [of.labels(rows, classes), of.normals(rows)];
        const before = g.slice();
        const terms = (term: (value: number) => number) =>
          Array.from(before, (value, i) => {
            const c = Math.floor(i / columns);
            const own = indices(rows).filter((r) => labels[r] === c);
            return term(value) + sum(own.map((r) => term(a[r] * delta[r * columns + (i % columns)])));
          });
        kernels.correlateLabels(delta, labels, a, g, rows, columns);
        mustBe(
          g,
          terms((value) => value),
          terms(Math.abs),
        );
        for (const [i, value] of g.entries()) {
          if (!labels.includes(Math.floor(i / columns))) expect(value).toBe(before[i]);
        }
      });
    });
  });

  describe('optimisers', () => {
    it('adam takes steps as Kingma and Ba’s algorithm 1 does', () => {
      everywhere((of) => {
        const count = of.rows * of.columns;
        const { draw } = of;
        const [beta1, beta2] = [0.9 * draw.uniform(), 0.9 + 0.099 * draw.uniform()];
        const [rate, epsilon, shrink] = [0.01 * draw.uniform(), 1e-8, 1 - 0.1 * draw.whole(2)];
        const weights = of.normals(count);
        const [mean, square] = [of.floats(new Array(count).fill(0)), of.floats(new Array(count).fill(0))];
        const w = [...weights];
        const [m, v] = [new Array(count).fill(0), new Array(count).fill(0)];
        for (let t = 1; t <= 4; t++) {
          const g = of.normals(count);
          const [stride, root] = [rate / (1 - beta1 ** t), 1 / Math.sqrt(1 - beta2 ** t)];
          for (let i = 0; i < count; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
            w[i] =
              shrink * w[i] -
              (rate * (m[i] / (1 - beta1 ** t))) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
          }
          const by = { beta1, beta2, epsilon, stride, root, shrink };
          kernels.adam(weights, g, mean, square, count, by);
        }
        mustBe(
          weights,
          w,
          w.map((value) => Math.abs(value) + 4 * rate),
        );
        mustBe(
          mean,
          m,
          m.map((value) => Math.abs(value) + 1),
        );
        mustBe(
          square,
          v,
          v.map((value) => 2 * value),
        );
      });
    });

    it('momentum takes steps as v ← μv + g, w ← shrink · w − rate · v does', () => {
      everywhere((of) => {
        const count = of.rows * of.columns;
        const { draw } = of;
        const by = {
          momentum: 0.95 * draw.uniform(),
          rate: draw.uniform(),
          shrink: 1 - 0.1 * draw.whole(2),
        };
        const [weights, velocity] = [of.normals(count), of.normals(count)];
        const [w, v] = [[...weights], [...velocity]];
        const sizes = w.map((value, i) => Math.abs(value) + 4 * Math.abs(v[i]) + 16);
        for (let t = 1; t <= 4; t++) {
          const g = of.normals(count);
          for (let i = 0; i < count; i++) {
            v[i] = by.momentum * v[i] + g[i];
            w[i] = by.shrink * w[i] - by.rate * v[i];
          }
          kernels.momentum(weights, g, velocity, count, by);
        }
        mustBe(weights, w, sizes);
        mustBe(velocity, v, sizes);
      });
    });
  });

  describe('bytes', () => {
    it('are squared and summed from first to end', () => {
      everywhere((of) => {
        const count = of.rows * of.columns;
        const bytes = arena.bytes(count).map(() => of.draw.whole(256));
        const mine = arena.bytes(count);
        mine.set(bytes);
        const first = of.draw.whole(count + 1);
        const sum = bytes.slice(first).reduce((total, byte) => total + byte * byte, 0);
        expect(kernels.squaresOfBytes(mine, first, count)).toBe(sum);
      });
      expect(kernels.squaresOfBytes(arena.bytes(66_000).fill(255), 0, 66_000)).toBe(66_000 * 255 * 255);
    });

    it('are scaled by a factor rounded to fp32, and nothing before first or from end on is touched', () => {
      everywhere((of) => {
        const count = of.rows * of.columns;
        const bytes = arena.bytes(count);
        for (let j = 0; j < count; j++) bytes[j] = of.draw.whole(256);
        const first = of.draw.whole(count + 1);
        const into = of.floats(new Array(count).fill(-7));
        kernels.scaleBytes(bytes, into, 0.1, first, count);
        const factor = Math.fround(0.1);
        const expected = Array.from(bytes, (byte, j) => (j < first ? -7 : Math.fround(byte * factor)));
        expect([...into]).toEqual(expected);
      });
    });
  });

  describe('settle', () => {
    it('turns what is subnormal into 0 and leaves alone what matters', () => {
      const means = within([1e-40, -1e-40, 1.4e-45, 1e-12, -0.25, 3, 0]);
      kernels.settle(means, 7);
      expect([...means.slice(0, 3)].map(Math.abs)).toEqual([0, 0, 0]);
      expect([...means.slice(3)]).toEqual([Math.fround(1e-12), -0.25, 3, 0]);
    });

    it('makes 0 of what is below 2⁻¹²⁰ and leaves all else alone', () => {
      everywhere((of) => {
        const count = of.rows * of.columns;
        const means = of.floats(
          Array.from({ length: count }, () => of.draw.normal() * 2 ** (of.draw.whole(60) - 140)),
        );
        const expected = Array.from(means, (mean) => (Math.abs(mean) < 2 ** -120 ? 0 : mean));
        kernels.settle(means, count);
        expect([...means]).toEqual(expected);
      });
    });

    it('hides nothing that is not a number', () => {
      const means = arena.floats(7).fill(Number.NaN);
      kernels.settle(means, 7);
      expect([...means]).toEqual(new Array(7).fill(Number.NaN));
    });

    it('in time keeps a mean that decays by 0.9 a step from becoming subnormal', () => {
      for (const sign of [1, -1]) {
        const mean = arena.floats(5).fill(sign * 1e-3);
        let least = 1;
        for (let step = 1; step < 5000; step++) {
          if (step % settleEvery === 0) kernels.settle(mean, 5);
          for (let i = 0; i < 5; i++) mean[i] *= 0.9;
          if (mean[0] !== 0) least = Math.min(least, Math.abs(mean[0]));
        }
        expect([...mean].map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
        expect(least).toBeGreaterThan(2 ** -126);
      }
    });
  });
});
