import { afterAll, describe, expect, it } from 'vitest';
import { readsByMakers } from '../../src/check/tile-bench.ts';
import { tileRules } from '../../src/check/tiles.ts';
import type { Plan } from '../../src/core/plan.ts';
import { digital } from '../../src/tiles/digital.ts';
import type { TilePlan } from '../../src/tiles/tile.ts';
import { exampleOf, removeExamples } from '../examples/example.ts';
import { simdPlace as place, places } from '../kernels/workplace.ts';
import { noisyCrossbars } from '../tiles/crossbars.ts';
import { brokenRules, keepsRules, membersOf, named } from './family.ts';
import { noisy } from './noisy-tile.ts';

for (const { title, module, factory } of await membersOf('tiles', 'tile.ts')) {
  describe.each(places)(`${title} with %s kernels`, (_name, place) => {
    const plan = factory() as Plan<unknown, never> as TilePlan;
    it('is planned by its own module', () => expect(plan.module).toBe(named(module)));
    keepsRules(tileRules, { plan, place });
  });
}

const { stepped } = await exampleOf<typeof import('../../examples/stepped-tile.ts')>('stepped-tile.ts');
afterAll(removeExamples);

describe('the stepped tile of the examples', () => {
  keepsRules(tileRules, { plan: stepped({ step: 0.01, noise: 0.1, rate: 0.2 }), place });
});

describe.each(noisyCrossbars)('%s', (_, plan) => {
  keepsRules(tileRules, { plan, place });
});

describe('the contract', () => {
  it('catches a tile whose noise depends on what else its thread makes', async () => {
    const broken = await brokenRules(tileRules, { plan: noisy(0.1), place });
    expect(broken).toContain('its stream is its own');
    const [together, turned, apart] = await readsByMakers({ plan: noisy(0.1), place });
    expect(turned).not.toEqual(together);
    expect(apart).not.toEqual(together);
  });

  it('finds nothing where the noise is 0', async () => {
    expect(await brokenRules(tileRules, { plan: noisy(0), place })).toEqual([]);
    const [together] = await readsByMakers({ plan: noisy(0), place });
    expect(together).toEqual((await readsByMakers({ plan: digital(), place }))[0]);
  });
});
