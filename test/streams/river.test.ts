import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { SampleStream } from '../../src/data/endless.ts';
import { agrawal } from '../../src/streams/agrawal.ts';
import { led } from '../../src/streams/led.ts';
import { sea } from '../../src/streams/sea.ts';

/** What 200,000 samples of River's generator have. */
interface Figures {
  readonly shares: readonly number[];
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly meansByClass: readonly (readonly (number | null)[])[];
  readonly deciles: readonly (readonly number[])[];
}
const fixture = new URL('../../fixtures/river/generators.json', import.meta.url);
const river = JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, Figures>;
const theirs = 200_000;
const count = 30_000;
/** standard errors of a difference of two means */
const most = 4;
const error = (deviation: number, ours = count, others = theirs): number =>
  Math.max(1e-9, deviation) * Math.sqrt(1 / ours + 1 / others);

function drawn(stream: SampleStream): { labels: number[]; columns: number[][] } {
  const into = new Float32Array(stream.width);
  const draw = random(11).fork(stream.name);
  const labels: number[] = [];
  const columns = Array.from({ length: stream.width }, (): number[] => []);
  for (let i = 0; i < count; i++) {
    labels.push(stream.sample(i, draw, into));
    for (let j = 0; j < into.length; j++) columns[j].push(into[j]);
  }
  return { labels, columns };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe.each([
  ...[0, 1, 2, 3].map((variant) => [`sea ${variant}`, sea({ variant })] as const),
  ['sea 0, noise 0.15', sea({ noise: 0.15 })] as const,
  ...[0, 0.1].map(
    (noise) => [`led, noise ${noise === 0 ? '0.0' : noise}`, led({ noise, irrelevant: true })] as const,
  ),
  ...Array.from(
    { length: 10 },
    (_, classification) =>
      [`agrawal ${classification}`, agrawal({ classification, variant: 'salary' })] as const,
  ),
  [
    'agrawal 4, perturbation 0.1',
    agrawal({ classification: 4, variant: 'salary', perturbation: 0.1 }),
  ] as const,
])('%s has the distribution of River’s', (name, stream) => {
  const expected = river[name];
  const { labels, columns } = drawn(stream);

  it('in its classes, within 4 standard errors', () => {
    expected.shares.forEach((share, label) => {
      const ours = labels.filter((one) => one === label).length / count;
      expect(Math.abs(ours - share)).toBeLessThanOrEqual(most * error(Math.sqrt(share * (1 - share))));
    });
  });

  it('in the mean of each feature, of all and of each class', () => {
    columns.forEach((column, j) => {
      const { means, deviations, meansByClass, shares } = expected;
      expect(Math.abs(mean(column) - means[j])).toBeLessThanOrEqual(most * error(deviations[j]));
      meansByClass.forEach((theirMeans, label) => {
        const own = column.filter((_, i) => labels[i] === label);
        const their = theirMeans[j];
        expect(own.length === 0).toBe(their === null);
        if (their === null) return;
        const bound = error(deviations[j], own.length, shares[label] * theirs);
        expect(Math.abs(mean(own) - their)).toBeLessThanOrEqual(most * bound);
      });
    });
  });

  it('in the deciles of each feature: shares below them, within 4 standard errors', () => {
    columns.forEach((column, j) => {
      const sorted = column.toSorted((a, b) => a - b);
      const { deciles } = expected;
      deciles[j].forEach((decile, k) => {
        // where many samples have one value, the decile is somewhere in them
        const below = sorted.filter((x) => x < decile * (1 - 1e-6)).length / count;
        const upTo = sorted.filter((x) => x <= decile * (1 + 1e-6) + 1e-9).length / count;
        const share = (k + 1) / 10;
        const bound = most * error(Math.sqrt(share * (1 - share)));
        expect(below).toBeLessThanOrEqual(share + bound);
        expect(upTo).toBeGreaterThanOrEqual(share - bound);
      });
    });
  });
});
