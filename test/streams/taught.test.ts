import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { dataset } from '../../src/data/dataset.ts';
import { calibratedTemperature, softTargets } from '../../src/streams/over/soft-targets.ts';
import { taught } from '../../src/streams/over/taught.ts';
import { shuffled } from '../../src/streams/shuffled.ts';

const [count, classes] = [4, 3];
const samples = dataset({
  ...{ name: 'four', width: 1, classes },
  images: Uint8Array.from({ length: count }, (_, i) => 10 * i),
  labels: new Uint8Array(count),
});
const shares = Float32Array.of(1, 0, 0, 0, 0, 1, 0.5, 0.25, 0.25, 0.2, 0.8, 0);

describe('a dataset that a teacher labels', () => {
  it('has the samples of the shuffled dataset, in its order, with labels as frequent as their shares', () => {
    const [stream, plain] = [taught(samples, shares, { seed: 5 }), shuffled(samples, { seed: 5 })];
    const [into, other] = [new Uint8Array(1), new Uint8Array(1)];
    const seen = new Float64Array(count * classes);
    const passes = 4000;
    for (let index = 0; index < passes * count; index++) {
      const draw = random(2).fork(`${index}`);
      const label = stream.sample(index, draw, into);
      if (index < 100) plain.sample(index, draw, other);
      if (index < 100) expect(into).toEqual(other);
      seen[(into[0] / 10) * classes + label] += 1 / passes;
    }
    // a share p of 4,000 draws has a deviation of √(p (1 − p) / 4000) ≤ 0.008
    for (const [i, share] of shares.entries()) expect(Math.abs(seen[i] - share)).toBeLessThan(0.032);
    expect([...seen.subarray(0, 6)].map((share) => Math.round(1e9 * share) / 1e9)).toEqual([
      1, 0, 0, 0, 0, 1,
    ]);
  });

  it('gives the same label whenever the sample is asked for', () => {
    const stream = taught(samples, shares);
    const at = (index: number) => stream.sample(index, random(2).fork(`${index}`), new Uint8Array(1));
    expect(Array.from({ length: 40 }, (_, i) => at(i))).toEqual(
      Array.from({ length: 40 }, (_, i) => at(39 - i)).toReversed(),
    );
  });

  it('refuses shares that are none, or too few', () => {
    const spoilt = shares.slice();
    spoilt[7] = 0.9;
    expect(() => taught(samples, spoilt)).toThrow(
      /^shares of sample 2 of four must be 0 or more, and 1 together; got '0.5, 0.8999.*, 0.25'$/,
    );
    expect(() => taught(samples, shares.slice(3))).toThrow('shares of four must be 4 × 3; got 9');
  });
});

describe('soft targets', () => {
  it('are the softmax of scores over the temperature', () => {
    const soft = softTargets(Float32Array.of(0, Math.log(3), 2, 2), 2, 1);
    expect([...soft]).toEqual([0.25, 0.75, 0.5, 0.5].map((share) => expect.closeTo(share, 6)));
    const cold = softTargets(Float32Array.of(0, Math.log(3)), 2, 0.5);
    expect([...cold]).toEqual([0.1, 0.9].map((share) => expect.closeTo(share, 6)));
    expect([...softTargets(Float32Array.of(1e4, 0), 2, 1)]).toEqual([1, 0]);
  });

  it('are calibrated at the temperature that labels were drawn with', () => {
    const draw = random(9);
    const scores = Float32Array.from({ length: 20_000 * classes }, () => 4 * draw.normal());
    const shown = softTargets(scores, classes, 2.5);
    const labels = Uint8Array.from({ length: 20_000 }, (_, r) => {
      const chance = draw.uniform();
      const [one, two] = shown.subarray(r * classes);
      return chance < one ? 0 : chance < one + two ? 1 : 2;
    });
    expect(Math.abs(calibratedTemperature(scores, labels, classes) / 2.5 - 1)).toBeLessThan(0.05);
    expect(() => calibratedTemperature(new Float32Array(3), [1], classes)).toThrow(
      'spread of the scores must be a finite number above 0; got 0',
    );
  });
});
