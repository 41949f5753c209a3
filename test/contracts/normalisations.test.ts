import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Workplace } from '../../src/kernels/kernel.ts';
import { group } from '../../src/normalisations/group.ts';
import type { Normalisation, NormalisationPlan } from '../../src/normalisations/normalisation.ts';
import { arena, places, plainPlace, simdPlace, within } from '../kernels/workplace.ts';
import { rowsFrom, squaresOf } from '../layers/oracle.ts';
import { mustAgree, normals } from '../layers/workbench.ts';
import { membersOf } from './family.ts';

const [rows, units] = [5, 12];
/** activity with dead units, a dead row in the middle, and its squares */
const h = normals(rows * units, random(4)).map((x, i) => (Math.floor(i / units) === 2 ? 0 : Math.max(0, x)));
const each = rowsFrom(h, units);
const squares = within(each.map(squaresOf));

const made = (plan: unknown, place: Workplace): Promise<Normalisation> =>
  make(plan as NormalisationPlan, { ...place, units, rows });
const atUnitRms = (values: number[]): number[] =>
  values.map((v) => v / Math.sqrt(squaresOf(values) / values.length + 1e-12));

/** What each makes of a row, by the formula, in float64. */
const formulas: Readonly<Record<string, (row: number[]) => number[]>> = {
  length: atUnitRms,
  none: (row) => row,
  'layer norm'(row) {
    const mean = row.reduce((sum, v) => sum + v, 0) / units;
    return atUnitRms(row.map((v) => v - mean));
  },
  group: (row) => [0, 4, 8].flatMap((at) => atUnitRms(row.slice(at, at + 4))),
};

describe.each(await membersOf('normalisations', 'normalisation.ts'))('$title', async ({ factory }) => {
  const plan = factory({ size: 4 });

  it.each(places)('does to every row what its formula says, with %s kernels', async (_name, place) => {
    const normal = await made(plan, place);
    const into = arena.floats(rows * units + 1).fill(7);
    normal.apply(within(h), squares, into, rows);
    mustAgree(into.subarray(0, rows * units), each.flatMap(formulas[normal.name]), 1e-6);
    expect(into[rows * units]).toBe(7);
    expect(into.subarray(2 * units, 3 * units).every((v) => v === 0)).toBe(true);
  });

  it('works in place, on fewer rows, and nearly the same with either kernels', async () => {
    const done = [];
    for (const place of [simdPlace, plainPlace]) {
      const m = within(h);
      (await made(plan, place)).apply(m, squares, m, 2);
      expect([...m.subarray(2 * units)]).toEqual([...h.subarray(2 * units)]);
      done.push([...m]);
    }
    mustAgree(done[0], done[1], 1e-6);
  });

  it('says what it costs: a sum over as many units as an output depends on', async () => {
    const normal = await made(plan, plainPlace);
    const out = (changed: number): number => {
      const row = Array.from({ length: units }, (_, j) => 1 + j / 7 + (j === changed ? 1 : 0));
      const m = within(row);
      normal.apply(m, within([squaresOf(row)]), m, 1);
      return m[0];
    };
    const touching = Array.from({ length: units }, (_, k) => out(k) !== out(-1)).filter(Boolean);
    const { floats, among } = normal.communication;
    expect(touching.length).toBe(among);
    expect(floats > 0).toBe(among > 1);
  });
});

it('a group must divide the layer', async () => {
  await expect(made(group({ size: 5 }), plainPlace)).rejects.toThrow(
    "a divisor of the layer's 12 units; got 5",
  );
  expect(() => group({ size: 0 })).toThrow(
    'size of a group must be a whole number of units, 1 or more; got 0',
  );
});
