import { afterAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { digital } from '../../src/tiles/digital.ts';
import type { TilePlan } from '../../src/tiles/tile.ts';
import { exampleOf, removeExamples } from '../examples/example.ts';
import { places, simdPlace } from '../kernels/workplace.ts';
import { membersOf, named } from './family.ts';
import { noisy } from './noisy-tile.ts';
import { keepsTheTileContract, readsByMakers } from './tile-contract.ts';

for (const { title, module, factory } of await membersOf('tiles', 'tile.ts')) {
  describe.each(places)(`${title} with %s kernels`, (_name, place) => {
    const member = factory() as Plan<unknown, never> as TilePlan;
    it('is planned by its own module', () => expect(member.module).toBe(named(module)));
    keepsTheTileContract(member, place);
  });
}

const { stepped } = await exampleOf<typeof import('../../examples/stepped-tile.ts')>('stepped-tile.ts');
afterAll(removeExamples);

describe('the stepped tile of the examples', () => {
  keepsTheTileContract(stepped({ step: 0.01, noise: 0.1, rate: 0.2 }), simdPlace);
});

describe('the contract', () => {
  it('catches a tile whose noise depends on what else its thread makes', async () => {
    const [together, turned, apart] = await readsByMakers(noisy(0.1), simdPlace);
    expect(turned).not.toEqual(together);
    expect(apart).not.toEqual(together);
  });

  it('finds nothing where the noise is 0', async () => {
    const [together, turned, apart] = await readsByMakers(noisy(0), simdPlace);
    expect([turned, apart]).toEqual([together, together]);
    expect(together).toEqual((await readsByMakers(digital(), simdPlace))[0]);
  });
});
