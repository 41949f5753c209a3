import { describe, expect, it } from 'vitest';
import { negativesRules, spreadingNegativesRules } from '../../src/check/negatives.ts';
import { make } from '../../src/core/plan.ts';
import type { Negatives, NegativesPlan } from '../../src/negatives/negative.ts';
import { keepsRules, membersOf } from './family.ts';

describe.each(await membersOf('negatives', 'negative.ts'))('$title', async ({ factory }) => {
  const plan = factory() as NegativesPlan;
  keepsRules([...negativesRules, ...spreadingNegativesRules], { plan, negatives: await make(plan) });
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
});
