import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../src/core/random.ts';
import type { SampleStream } from '../../src/data/endless.ts';
import { agrawal } from '../../src/streams/agrawal.ts';
import { hyperplane } from '../../src/streams/hyperplane.ts';
import { led } from '../../src/streams/led.ts';
import { type Centroid, cloudSample, moved } from '../../src/streams/parts/clouds.ts';
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

describe('what is drawn once, taken from River', () => {
  interface World {
    readonly centroids: readonly Omit<Centroid, 'direction'>[];
    readonly start: readonly number[];
    readonly directions: readonly number[];
    readonly speed: number;
    readonly path: readonly (readonly number[])[];
  }
  const world = (name: string) => river[name] as unknown as World;

  it('gives the clouds of its RandomRBF: classes, means, deviations', () => {
    const all = world('rbf').centroids.map((one) => ({
      ...one,
      centre: Float64Array.from(one.centre),
      direction: new Float64Array(2),
    }));
    const sample = cloudSample(all, { speed: 0, drifting: 0 });
    const { labels, columns } = drawn({ ...sea(), name: 'clouds', width: 2, classes: 3, sample });
    const { shares, means, deviations } = river.rbf;
    shares.forEach((share, label) => {
      const ours = labels.filter((one) => one === label).length / count;
      expect(Math.abs(ours - share)).toBeLessThanOrEqual(most * error(Math.sqrt(share * (1 - share))));
    });
    columns.forEach((column, j) => {
      expect(Math.abs(mean(column) - means[j])).toBeLessThanOrEqual(most * error(deviations[j]));
      const squares = mean(column.map((x) => (x - means[j]) ** 2));
      expect(Math.sqrt(squares) / deviations[j]).toBeCloseTo(1, 1);
    });
  });

  it('moves the centres of its RandomRBFDrift, walls and all', () => {
    const { start, directions, speed, path } = world('rbf drift');
    path.forEach((places, step) => {
      const ours = start.map((from, j) => moved(from, speed * directions[j], step + 1));
      for (const [j, place] of ours.entries()) expect(place).toBeCloseTo(places[j], 6);
    });
  });

  it('has as many of each class on a hyperplane, with noise − 0.01 flipped', () => {
    const clean = drawn(hyperplane({ features: 4, noise: 0 }));
    const noisy = drawn(hyperplane({ features: 4, noise: 0.11 }));
    const share = clean.labels.filter((label) => label === 1).length / count;
    expect(Math.abs(share - river.hyperplane.shares[1])).toBeLessThanOrEqual(most * error(0.5));
    // the same draws but for the flip
    const flipped = clean.labels.filter((label, i) => label !== noisy.labels[i]).length / count;
    expect(Math.abs(flipped - 0.1)).toBeLessThanOrEqual((most * 0.3) / Math.sqrt(count));
    expect(noisy.columns).toEqual(clean.columns);
  });
});

describe('a hyperplane that turns', () => {
  it('has weights that go up by the magnitude with each sample where they never turn round', () => {
    const weights = (stream: SampleStream, index: number): number => {
      // where a sample lies on the one side or the other tells w₀ / w₁ of two features
      let [low, high] = [0, 1];
      for (let i = 0; i < 24; i++) {
        const x = (low + high) / 2;
        // x₀ = x, x₁ = ½: the label is 1 from x = ½ on, whatever the weights; so vary x₁ against x₀ = ¾
        const label = stream.sample(index, fixed([0.75, x, 1]), new Float32Array(2));
        if (label === 1) high = x;
        else low = x;
      }
      // w₀ ¾ + w₁ x = ½ (w₀ + w₁)
      return (0.5 - low) / 0.25;
    };
    const stream = hyperplane({ features: 2, drifting: 1, magnitude: 0.001, sigma: 0, noise: 0 });
    const ratio = (index: number) => weights(stream, index);
    const gained = ratio(300) - ratio(100);
    expect(gained).toBeGreaterThan(0);
    expect(ratio(100) - ratio(0)).toBeCloseTo(gained / 2, 3);
  });
});

/** A stream of numbers that are given. */
function fixed(numbers: readonly number[]): Random {
  let at = 0;
  return { ...random(1), uniform: () => numbers[at++ % numbers.length] };
}
