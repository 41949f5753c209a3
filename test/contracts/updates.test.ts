import { describe, expect, it } from 'vitest';
import { tileGround } from '../../src/check/family.ts';
import { updateRules } from '../../src/check/updates.ts';
import { make } from '../../src/core/plan.ts';
import { perPass } from '../../src/updates/per-pass.ts';
import type { Update } from '../../src/updates/update.ts';
import { simdPlace } from '../kernels/workplace.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

const ground = await tileGround(simdPlace);

for (const { title, factory } of await membersOf('updates', 'update.ts', [])) {
  describe(title, async () => {
    keepsRules(updateRules, { update: (await make(factory())) as Update, ground });
  });
}

describe('the contract', () => {
  it('catches a scheme that climbs, and a state that forgets', async () => {
    const update = await make(perPass());
    const faulty = (change: (made: ReturnType<Update['updater']>) => object): Update => ({
      ...update,
      updater: (context) => {
        const made = update.updater(context);
        return { ...made, ...change(made) };
      },
    });
    const climbs = faulty((made) => ({
      update: (lessons: Parameters<typeof made.update>[0], rate: number) => made.update(lessons, -rate),
    }));
    expect(await brokenRules(updateRules, { update: climbs, ground })).toEqual(['down the hill']);
    const forgets = faulty(() => ({ state: () => ({}), restore: () => {} }));
    expect(await brokenRules(updateRules, { update: forgets, ground })).toEqual(['goes on from its state']);
  });
});
