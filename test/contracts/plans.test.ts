import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { membersOf, named } from './family.ts';

const families = {
  goodness: 'goodness.ts',
  losses: 'loss.ts',
  negatives: 'negative.ts',
  optimisers: 'optimiser.ts',
  schedules: 'schedule.ts',
};

for (const [family, shape] of Object.entries(families)) {
  describe.each(await membersOf(family, shape))('$title', ({ module, factory }) => {
    it('plans itself: by its own module, with a name', () => {
      const plan = factory();
      expect(plan.module).toBe(named(module));
      expect(plan.name).not.toBe('');
    });

    it('makes the same of a plan that has crossed to another thread', async () => {
      const plan = factory();
      const crossed = structuredClone(plan);
      expect(crossed).toEqual(plan);
      const [one, other] = [await make(plan), await make(crossed)];
      expect(JSON.stringify(other)).toBe(JSON.stringify(one));
      expect((one as { name: string }).name).toBe(plan.name);
    });
  });
}
