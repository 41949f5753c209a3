import { expect, test } from 'vitest';
import { table, verdict } from '../../src/report/comparison.ts';
import { report } from './run-report.ts';

const ff = report({}, [1, 0.8]);
const backprop = report(
  {
    rule: 'backprop',
    schedule: 'blocking',
    samplesPerSecond: 10_000,
    cost: { macsPerSample: 892_000, units: 2.39 },
    testAccuracy: 0.9825,
  },
  [0.5, 0.4],
);

test('the verdict states speed, accuracy, cost and bubble as the figures have them', () => {
  const words = verdict(ff, backprop);
  expect(words).toContain('On 2 workers the Forward-Forward stream learned 2.00 × as many samples a second');
  expect(words).toContain('0.25 points less accurate');
  expect(words).toContain('2.00 × the multiply-accumulates and 1.00 × the working time');
  expect(words).toContain('idled 10.0 % of the time, those of backprop 55.0 %');
});

test('the verdict names the rule of the stream', () => {
  const mono = report({ rule: 'mono-forward' }, [1, 0.9]);
  expect(verdict(mono, backprop)).toContain('On 2 workers the Mono-Forward stream learned 2.00 × as many');
  expect(table([ff, mono, backprop])).toMatch(
    /Forward-Forward, +Mono-Forward, +backprop, blocking\n +stream +stream\n/,
  );
});

test('the verdict says what backprop would reach without its bubble, also where that beats the stream', () => {
  expect(verdict(ff, backprop)).toContain('it would learn 20,000 samples/s: 1.00 × the stream');
  const cheap = report({ rule: 'backprop', samplesPerSecond: 15_000 }, [0.5, 0.4]);
  expect(verdict(ff, cheap)).toContain('it would learn 30,000 samples/s: 1.50 × the stream');
});

test('the verdict names the schedule that ran, and says of a bubble only where there is one', () => {
  expect(verdict(ff, backprop)).toContain('as many samples a second as blocking backprop and ended');
  expect(verdict(ff, backprop)).toContain(', which 1F1B and zero-bubble schedules aim at, it would');
  const by = (schedule: string, busy: readonly number[]) =>
    report({ rule: 'backprop', schedule, samplesPerSecond: 10_000, testAccuracy: 0.9825 }, busy);
  const scheduled = by('1f1b', [0.6, 0.3]);
  expect(verdict(ff, scheduled)).toContain('as many samples a second as backprop by 1f1b and ended');
  expect(verdict(ff, scheduled)).toContain("as busy as the stream's, it would learn 20,000 samples/s");
  expect(verdict(ff, scheduled)).not.toMatch(/blocking|1F1B and zero-bubble/);
  const busy = by('zb-h1', [1, 0.9]);
  expect(verdict(ff, busy)).toContain("Backprop's stages were no less busy than the stream's");
  expect(verdict(ff, busy)).not.toContain('it would learn');
  expect(table([ff, scheduled])).toMatch(/Forward-Forward, stream.*backprop, 1f1b/);
});

test('accuracy is left out of the verdict where a run has none', () => {
  expect(verdict({ ...ff, testAccuracy: null }, backprop)).not.toContain('accurate');
  expect(table([{ ...ff, testAccuracy: null }])).toContain('not measured');
});

test('the table has a column for each run', () => {
  const lines = table([ff, backprop]).split('\n');
  const row = (name: string) => lines.find((line) => line.includes(name)) ?? '';
  expect(row('samples/s')).toMatch(/20,000.*10,000/);
  expect(row('working time per sample')).toMatch(/90 µs.*90 µs/);
  expect(row('test accuracy')).toMatch(/98\.00 %.*98\.25 %/);
  expect(row('peak activations')).toMatch(/1 KiB {2}1 KiB/);
});

test('of accuracies the verdict tells a difference only beyond what the test samples can tell', () => {
  // ± 1.96 √(0.98 · 0.02 / 10,000 + 0.97 · 0.03 / 10,000) = ± 0.43 points
  const [own, other] = [0.98, 0.97].map((testAccuracy) => ({ testAccuracy, testSamples: 10_000 }));
  expect(verdict({ ...ff, ...own }, { ...backprop, ...other })).toContain('ended 1.00 points more accurate');
  const near = verdict({ ...ff, ...own }, { ...backprop, ...own, testAccuracy: 0.977 });
  expect(near).toContain(
    'ended as accurate, as far as one seed and 10,000 test samples can tell (0.30 points apart)',
  );
  const few = { ...other, testSamples: 100 };
  expect(verdict({ ...ff, ...own }, { ...backprop, ...few })).not.toMatch(/more accurate|less accurate/);
});
