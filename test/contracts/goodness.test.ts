import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import type { Goodness } from '../../src/goodness/goodness.ts';
import { membersOf } from './family.ts';

describe.each(await membersOf('goodness', 'goodness.ts'))('$title', ({ factory }) => {
  it('weighs the squares of a layer of any width by a finite number above 0', async () => {
    const goodness = (await make(factory())) as Goodness;
    for (const units of [1, 2, 10, 500, 2000, 1e6]) {
      expect(goodness.weight(units)).toBeGreaterThan(0);
      expect(goodness.weight(units)).toBeLessThanOrEqual(1);
      expect(goodness.weight(units)).toBe(goodness.weight(units));
    }
  });
});
