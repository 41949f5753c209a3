import { describe, expect, it } from 'vitest';
import { negativeImagesRules } from '../../src/check/negatives/negative-images.ts';
import { negativesRules, spreadingNegativesRules } from '../../src/check/negatives/negatives.ts';
import { make } from '../../src/core/plan.ts';
import type {
  ImageNegatives,
  ImageNegativesPlan,
  Negatives,
  NegativesPlan,
} from '../../src/negatives/negative.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

const members = await membersOf('negatives', 'negative.ts');

describe.each(members)('$title', async ({ factory }) => {
  const plan = factory() as NegativesPlan | ImageNegativesPlan;
  if (plan.rejects === 'images') keepsRules(negativeImagesRules, { plan, negatives: await make(plan) });
  else keepsRules([...negativesRules, ...spreadingNegativesRules], { plan, negatives: await make(plan) });
});

describe('the contract', () => {
  const fault = async (name: string, draw: Negatives['draw'], needsOpinion = false) => {
    const negatives: Negatives = { name: 'faulty', needsOpinion, draw };
    const rule = [...negativesRules, ...spreadingNegativesRules].find((one) => one.name === name);
    const plan = { module: 'none', name: 'faulty', options: {} };
    return rule === undefined ? 'no such rule' : rule.check({ plan, negatives });
  };

  it('catches a sampler that returns the true label, once in many draws', async () => {
    const seldom: Negatives['draw'] = (truth, rows, classes, _opinion, random, into) => {
      for (let r = 0; r < rows; r++) into[r] = (truth[r] + 1 + random.whole(classes - 1)) % classes;
      if (random.whole(50) === 0) into[0] = truth[0];
    };
    await expect(fault('never the true label', seldom)).rejects.toThrow(/was given its true label, \d+$/);
  });

  it('catches one that draws from elsewhere, writes too far, or leaves labels out', async () => {
    let calls = 0;
    await expect(
      fault('one seed, one draw', (truth, rows, classes, _opinion, _random, into) => {
        calls++;
        for (let r = 0; r < rows; r++) into[r] = (truth[r] + 1 + (calls % (classes - 1))) % classes;
      }),
    ).rejects.toThrow(/^labels of seed \d+: value 0 is/);
    await expect(
      fault('writes its rows only', (truth, _rows, classes, _opinion, _random, into) =>
        into.forEach((_, i) => {
          into[i] = (truth[i] + 1) % classes;
        }),
      ),
    ).rejects.toThrow('labels: value 3 is 1, 99 expected');
    const next: Negatives['draw'] = (truth, rows, classes, _opinion, _random, into) => {
      for (let r = 0; r < rows; r++) into[r] = (truth[r] + 1) % classes;
    };
    await expect(fault('reaches every wrong label', next)).rejects.toThrow(
      'labels of 400 draws: 1 values, 9',
    );
    await expect(fault('another seed, another draw', next)).rejects.toThrow('gave the same labels');
  });

  const broken = async (drawImages: ImageNegatives['drawImages']) =>
    brokenRules(negativeImagesRules, {
      plan: { module: 'none', name: 'faulty', options: {}, rejects: 'images', least: 1 },
      negatives: { name: 'faulty', drawImages },
    });

  it('catches images that are the samples, are not finite, or are written where nothing was asked for', async () => {
    expect(await broken(({ images }, _random, into) => into.set(images))).toEqual([
      'never the sample itself',
    ]);
    const next: ImageNegatives['drawImages'] = ({ images, rows, width }, _random, into) => {
      for (let i = 0; i < rows * width; i++) into[i] = images[i] + 1;
    };
    expect(await broken(next)).toEqual([]);
    const nothing: ImageNegatives['drawImages'] = (_samples, _random, into) => into.fill(Number.NaN);
    expect(await broken(nothing)).toEqual(['finite', 'writes its rows only']);
  });
});
