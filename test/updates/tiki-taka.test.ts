import { expect, test } from 'vitest';
import { adam } from '../../src/optimisers/adam.ts';
import { type ChoppedOptions, chopped } from '../../src/updates/chopped.ts';
import { tikiTakaV1 } from '../../src/updates/tiki-taka-v1.ts';
import { type TikiTakaV2Options, tikiTakaV2 } from '../../src/updates/tiki-taka-v2.ts';
import type { UpdatePlan } from '../../src/updates/update.ts';
import { bench, idealCell, lesson } from './bench.ts';

const taught = lesson([[1, -0.4, 0.3]], [[0.03, -0.015]]);
const schemes: [string, UpdatePlan][] = [
  ['tiki-taka-v1', tikiTakaV1()],
  ['tiki-taka-v2', tikiTakaV2()],
  ['chopped', chopped({ autoScale: true, fastRate: 0.5 })],
];

/** The slow cells come first, then the fast ones: in this order an updater makes them. */
const arraysOf = (cells: readonly { readonly weights: Float32Array }[]) =>
  cells.map(({ weights }) => weights);

test('the fast array never shows in what reads see, unless gamma says so', async () => {
  for (const gamma of [0, 0.5]) {
    const { updater, cells } = await bench(tikiTakaV1({ gamma, pulses: 'deterministic' }), 3, 2);
    updater.program(Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6));
    updater.update([taught], 0.1);
    const [slow, fast] = arraysOf(cells);
    expect(fast.some((weight) => weight !== 0)).toBe(true);
    updater.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(slow[i] + gamma * fast[i], 6);
    });
  }
});

test('each transfer reads one line, in turn, and moves that line alone', async () => {
  const { updater, cells } = await bench(tikiTakaV1({ pulses: 'deterministic' }), 3, 2);
  const touched = [0, 1, 2, 3].map(() => {
    const before = [...updater.weights];
    updater.update([taught], 1);
    return [0, 1, 2].filter((i) => [0, 1].some((j) => updater.weights[2 * i + j] !== before[2 * i + j]));
  });
  expect(touched).toEqual([[0], [1], [2], [0]]);
  expect(updater.counts).toMatchObject({ transferReads: 4, macs: 8 });
  expect(updater.counts.pulses).toBe(cells.reduce((sum, { sent }) => sum + sent(), 0));
});

test.each([
  ['tiki-taka-v1', tikiTakaV1({ fastRate: 0.02, transferRate: 0.1 })],
  ['tiki-taka-v2', tikiTakaV2({ fastRate: 0.02, transferRate: 0.1, momentum: 0, forgets: false })],
] as [string, UpdatePlan][])(
  '%s: the slow array adds up what was read of the fast one',
  async (_name, plan) => {
    const { updater } = await bench(plan, 3, 2);
    for (let k = 0; k < 300; k++) updater.update([taught], 0.1);
    const gradient = [0.03, -0.015, -0.012, 0.006, 0.009, -0.0045];
    gradient.forEach((slope, i) => {
      // line l is read after l + 1, l + 4, … updates, 100 times: Σ k = 14,950 + 100 l
      const reads = 14_950 + 100 * Math.floor(i / 2);
      const wanted = -0.01 * 0.02 * slope * reads;
      expect(Math.abs(updater.weights[i] - wanted)).toBeLessThan(0.2 * Math.abs(wanted) + 0.01);
    });
    expect(updater.counts.saturated).toBe(0);
  },
);

/** Slow pulses after so many updates, each of which moves the fast cell by one granularity. */
async function slowPulses(plan: UpdatePlan, updates: number) {
  const { updater, cells } = await bench(plan, 1, 1);
  for (let k = 0; k < updates; k++) updater.update([lesson([[1]], [[0.001]])], 0.1);
  return Math.abs(cells[0].net[0]);
}

test('the granularity of a buffer says after how many reads a pulse leaves it', async () => {
  const v2 = (options: TikiTakaV2Options) => tikiTakaV2({ pulses: 'deterministic', ...options });
  const c = (options: ChoppedOptions) => chopped({ chopProbability: 0, pulses: 'deterministic', ...options });
  // the k-th read is k granularities: after k reads the buffer holds 0.1 k (k + 1) / 2 of them; 1 at k = 4, 10 at k = 14
  expect(await slowPulses(v2({}), 3)).toBe(0);
  expect(await slowPulses(v2({}), 4)).toBe(1);
  expect(await slowPulses(v2({ threshold: 10 }), 13)).toBe(0);
  expect(await slowPulses(v2({ threshold: 10 }), 14)).toBe(1);
  expect(await slowPulses(c({}), 3)).toBe(0);
  expect(await slowPulses(c({}), 4)).toBe(1);
  // autoGranularity / (inputs · transferEvery) = 10
  expect(await slowPulses(c({ autoGranularity: 10 }), 13)).toBe(0);
  expect(await slowPulses(c({ autoGranularity: 10 }), 14)).toBe(1);
});

test('choppers turn what the fast array gets and what is read of it, so the slow array moves on', async () => {
  const regular = { chopProbability: 0.5, chopsAtRandom: false, pulses: 'deterministic' } as const;
  const { updater, cells } = await bench(chopped(regular), 1, 1);
  const fast = [0, 1, 2, 3, 4, 5].map(() => {
    updater.update([lesson([[1]], [[0.01]])], 0.05);
    return Math.round(cells[1].weights[0] * 1000);
  });
  // two transfers, then the sign of the line turns
  expect(fast).toEqual([-10, -20, -10, 0, -10, -20]);
  const { updater: many } = await bench(chopped({ chopProbability: 0.1 }), 3, 2);
  for (let k = 0; k < 3000; k++) many.update([taught], 0.1);
  expect(many.state()['rule/signs'].some((sign) => sign < 0)).toBe(true);
});

test('autoScale fills the trains whatever the scale of x and δ', async () => {
  const pulses = async (scale: number) => {
    const plan = chopped({ autoScale: true, pulses: 'deterministic', chopProbability: 0 });
    const { cells, updater } = await bench(plan, 2, 1);
    updater.update([lesson([[scale, scale / 2]], [[0.1 * scale]])], 0.1);
    return [...cells[1].net];
  };
  expect(await pulses(1)).toEqual([-31, -16]);
  expect(await pulses(1e-4)).toEqual([-31, -16]);
});

test.each(schemes)('%s put back goes on to the same bits', async (name, plan) => {
  const [a, b] = await Promise.all([1, 2].map((seed) => bench(plan, 3, 2, { seed })));
  for (const { updater } of [a, b]) for (let k = 0; k < 7; k++) updater.update([taught], 0.1);
  b.updater.restore(a.updater.state());
  for (const { updater } of [a, b]) for (let k = 0; k < 30; k++) updater.update([taught, taught], 0.1);
  expect(b.updater.weights).toEqual(a.updater.weights);
  expect(b.updater.state()).toEqual(a.updater.state());
  await expect(bench(plan, 3, 2, { optimiser: adam(), cell: idealCell() })).rejects.toThrow(
    `optimiser of update '${name}' must be sgd`,
  );
});

test('options out of their range are refused', () => {
  expect(() => tikiTakaV1({ fastRate: -1 })).toThrow('fastRate must be a finite number, 0 or more; got -1');
  expect(() => tikiTakaV1({ transferEvery: 0.5 })).toThrow(
    'transferEvery must be a whole number of microbatches',
  );
  expect(() => tikiTakaV1({ transferUnit: 'days' as 'rows' })).toThrow(
    "transferUnit must be 'microbatches' or 'rows'",
  );
  expect(() => tikiTakaV1({ readsPerTransfer: 0 })).toThrow(
    'readsPerTransfer must be a whole number, 1 or more',
  );
  expect(() => tikiTakaV1({ gamma: -1 })).toThrow('gamma must be a finite number, 0 or more; got -1');
  expect(() => tikiTakaV2({ threshold: 0 })).toThrow('threshold of the buffer must be');
  expect(() => tikiTakaV2({ momentum: 2 })).toThrow('momentum of the buffer must be between 0 and 1');
  expect(() => chopped({ chopProbability: 2 })).toThrow('chopProbability must be between 0 and 1');
  expect(() => chopped({ autoGranularity: -1 })).toThrow(
    'autoGranularity must be a finite number, 0 or more',
  );
  expect(() => chopped({ fastRate: 0, autoScale: true })).toThrow(
    'fastRate must be above 0 where autoScale sets the rate',
  );
});
