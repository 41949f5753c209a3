import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Negatives, NegativesPlan } from '../../src/negatives/negative.ts';
import { membersOf } from './family.ts';

const opinions = fc.oneof(
  fc.float({ min: -50, max: 50, noNaN: true }),
  fc.constantFrom(1e30, -1e30, 0, 3e38, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN),
);
const cases = fc.integer({ min: 2, max: 12 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    seed: fc.nat(),
    rows: fc.array(
      fc.record({
        truth: fc.nat(classes - 1),
        opinion: fc.array(opinions, { minLength: classes, maxLength: classes }),
      }),
      { minLength: 1, maxLength: 20 },
    ),
  }),
);
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

describe.each(await membersOf('negatives', 'negative.ts'))('$title', async ({ factory }) => {
  const negatives = (await make(factory())) as Negatives;
  const draw = ({ classes, seed, rows }: Case, room = rows.length) => {
    const truth = Uint16Array.from({ length: room }, (_, r) => rows[r]?.truth ?? 0);
    const opinion = matrix(rows.length, classes, Float32Array.from(rows.flatMap((row) => row.opinion)));
    const into = new Uint16Array(room).fill(99);
    const own = negatives.needsOpinion ? opinion : undefined;
    negatives.draw(truth, rows.length, classes, own, random(seed), into);
    return into;
  };

  it('draws at the source if and only if its plan says what to ask for', () => {
    const { asks } = factory() as NegativesPlan;
    expect(negatives.drawnBy === 'source').toBe(asks !== undefined);
    if (asks === undefined) return;
    expect(['goodness', 'onePass']).toContain(asks.purpose);
    expect(asks.lag).toBeGreaterThanOrEqual(0);
  });

  it('draws a class that is never the true one, whatever the opinion', () => {
    fc.assert(
      fc.property(cases, (of) => {
        for (const [r, label] of draw(of).entries()) {
          expect(label).not.toBe(of.rows[r].truth);
          expect(label).toBeLessThan(of.classes);
        }
      }),
    );
  });

  it('draws the same for the same seed', () => {
    fc.assert(
      fc.property(cases, (of) => {
        expect(draw(of)).toEqual(draw(of));
      }),
    );
  });

  it('draws otherwise for another seed', () => {
    const rows = Array(64).fill({ truth: 1, opinion: Array(10).fill(0) });
    expect(draw({ classes: 10, seed: 1, rows })).not.toEqual(draw({ classes: 10, seed: 2, rows }));
  });

  it('reaches every wrong label', () => {
    const rows = Array(400).fill({ truth: 3, opinion: Array(10).fill(0) });
    expect([...new Set(draw({ classes: 10, seed: 1, rows }))].sort()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
  });

  it('writes the rows that it is told of, no more', () => {
    const rows = Array(3).fill({ truth: 0, opinion: [1, 2] });
    expect([...draw({ classes: 2, seed: 1, rows }, 5)]).toEqual([1, 1, 1, 99, 99]);
  });
});
