import { describe, expect, it } from 'vitest';
import { LayerBench } from '../../src/check/layers/bench.ts';
import { layerRules } from '../../src/check/layers/rules.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { LayerPlan } from '../../src/layers/layer.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { simdPlace as place, places } from '../kernels/workplace.ts';
import { brokenRules, keepsRules, membersOf, named } from './family.ts';
import { type Fault, faulty } from './faulty-layer.ts';

/** Enough to plan any layer: each takes what it knows. */
const enough = { units: 6, classes: 4 };
const asLayer = (plan: Plan<unknown>) => plan as Plan<unknown, never> as LayerPlan;

const everyLayer = (await membersOf('layers', 'layer.ts')).flatMap((found) =>
  places.map(([kernels, place]) => ({ ...found, kernels, place })),
);

describe.each(everyLayer)('$title with $kernels kernels', ({ module, factory, place }) => {
  const plan = asLayer(factory(enough));
  /** with all that draws and remembers */
  const restless = asLayer(factory({ ...enough, dropout: 0.2, peer: {} }));

  it('is planned by its own module, and takes an optimiser of its own', () => {
    expect(plan.module).toBe(named(module));
    expect(asLayer(factory({ ...enough, optimiser: sgd() })).options.optimiser).toEqual(sgd());
  });

  it('refuses sizes that are none', () => {
    expect(() => factory({ units: 0, classes: 0 })).toThrow(/^(units|classes)[a-z ]* must be .*; got 0$/);
    expect(() => factory({ units: 1.5, classes: 1.5 })).toThrow(RangeError);
  });

  it.each([0, 1])(
    'has weights and biases first, and a state of more than 4 arrays, at place %d',
    async (index) => {
      const { layer } = await new LayerBench({ plan, restless, place }).layer(index, { restless: true });
      const names = layer.parameters().map(({ name }) => name);
      expect(names.slice(0, 2)).toEqual([`layer${index}.weight`, `layer${index}.bias`]);
      const state = layer.state?.() ?? {};
      expect(Object.keys(state).length).toBeGreaterThan(4);
      const [first] = Object.keys(state);
      const { [first]: _, ...rest } = state;
      expect(() => layer.restore?.(rest)).toThrow(/must be an array of .* numbers; got 'none'/);
      expect(() => layer.load(layer.parameters().slice(1))).toThrow(
        new RegExp(`^layer${index}.weight must be of shape \\d+ × \\d+; got undefined$`),
      );
    },
  );

  keepsRules(layerRules, { plan, restless, place });
});

describe('the contract', () => {
  const broken = (fault: Fault) => brokenRules(layerRules, { plan: faulty(fault), place });

  it('finds nothing in a sound layer', async () => expect(await broken('none')).toEqual([]));

  it('catches a layer that writes outside its output, or into its input', async () => {
    expect(await broken('writes too far')).toEqual(['writes inside its output']);
    expect(await broken('writes its input')).toContain('writes inside its output');
  });

  it('catches one that learns before its update, forgets what it learned, or counts wrong', async () => {
    expect(await broken('learns early')).toContain('learns by updates only');
    expect(await broken('forgets')).toContain('goes on from its state');
    expect(await broken('counts wrong')).toEqual(['costs what it says']);
  });
});
