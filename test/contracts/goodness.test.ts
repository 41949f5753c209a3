import { describe, expect, it } from 'vitest';
import { goodnessRules } from '../../src/check/goodness.ts';
import { make } from '../../src/core/plan.ts';
import type { Goodness } from '../../src/goodness/goodness.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

describe.each(await membersOf('goodness', 'goodness.ts'))('$title', async ({ factory }) => {
  keepsRules(goodnessRules, (await make(factory())) as Goodness);
});

it('the contract catches a weight of 0', async () => {
  const none: Goodness = { name: 'none', weight: (units) => (units > 1000 ? 0 : 1) };
  expect(await brokenRules(goodnessRules, none)).toEqual(['weighs squares']);
});
