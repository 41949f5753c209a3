import { make } from '../../core/plan.ts';
import { wrongLabel } from '../../negatives/wrong-label.ts';
import { sgd } from '../../optimisers/sgd.ts';
import { type ContractRule, refuses, same } from '../rule.ts';
import { atEach, type LayerBench, type LayerSubject, learned, purposes } from './bench.ts';

/** What layers promise of what they have learned: it can be taken out and put back. */
export const stateRules: readonly ContractRule<LayerSubject>[] = [
  {
    name: 'loads what another learned',
    says: 'loaded with what another learned predicts as the other, and goes its own way from there',
    check: atEach(async (bench, index) => {
      const [one, other] = [await bench.layer(index, { seed: 1 }), await bench.layer(index, { seed: 2 })];
      for (const seed of [3, 4]) bench.step(one, bench.input(index, seed));
      other.layer.load(one.layer.parameters());
      for (const purpose of purposes) {
        const m = bench.input(index, 5, 4, purpose);
        same(bench.predicted(other, m), bench.predicted(one, m), `what it predicts (${purpose})`);
      }
      const kept = learned(other);
      bench.step(one, bench.input(index, 6));
      same(learned(other), kept, 'its weights after the other learned');
    }),
  },
  {
    name: 'goes on from its state',
    says: 'goes on from its state after 0 or 3 updates to the same bits',
    check: atEach(async (bench, index) => {
      for (const k of [0, 3]) await goesOn(bench, index, k);
    }),
  },
  {
    name: 'refuses another state',
    says: 'refuses a state that lacks an array, whichever it is',
    check: atEach(async (bench, index) => {
      const { layer } = await bench.layer(index, { restless: true });
      const state = layer.state?.() ?? {};
      for (const name of Object.keys(state)) {
        const { [name]: _, ...rest } = state;
        refuses(() => layer.restore?.(rest), `a state without ${name}`);
      }
    }),
  },
  {
    name: 'one seed, one layer',
    says: 'is the same twice for the same seed',
    check: atEach(async (bench, index) => {
      const [one, other] = [await bench.layer(index), await bench.layer(index)];
      for (const made of [one, other]) for (const seed of [3, 4]) bench.step(made, bench.input(index, seed));
      same(learned(other), learned(one), 'weights of two that learned the same');
    }),
  },
  {
    name: 'refuses other parameters',
    says: 'refuses parameters that are missing or of another shape',
    check: atEach(async (bench, index) => {
      const { layer } = await bench.layer(index);
      const all = layer.parameters();
      for (const missing of all)
        refuses(() => layer.load(all.filter((one) => one !== missing)), `parameters without ${missing.name}`);
      const turned = all.map((parameter) => ({ ...parameter, shape: [...parameter.shape, 1] }));
      refuses(() => layer.load(turned), 'parameters of another shape');
    }),
  },
];

async function goesOn(bench: LayerBench, index: number, k: number): Promise<void> {
  const negatives = await make(wrongLabel()); // they draw from the layer's stream
  const setting = { negatives, restless: true };
  const optimiser = await make(sgd({ learningRate: 0.05, momentum: 0.5 }));
  const one = await bench.layer(index, { ...setting, optimiser });
  const other = await bench.layer(index, { ...setting, optimiser, seed: 2 });
  if (one.layer.state === undefined) return; // it can't be checkpointed, and says so
  for (let i = 0; i < k; i++) bench.step(one, bench.input(index, i));
  bench.step(other, bench.input(index, 50)); // what it has learned and drawn must all be replaced
  const state = structuredClone(one.layer.state());
  bench.step(other, bench.input(index, 51));
  other.layer.restore?.(state);
  same(other.layer.state?.(), state, `state of update ${k} after restore()`);
  for (let i = k; i < k + 4; i++) {
    const m = bench.input(index, i);
    same(bench.step(other, m), bench.step(one, m), `loss after a state of update ${k}`);
    const asked = bench.input(index, 60 + i, 4, 'goodness');
    same(
      bench.predicted(other, asked),
      bench.predicted(one, asked),
      `predictions after a state of update ${k}`,
    );
  }
  same(learned(other), learned(one), `weights 4 updates after a state of update ${k}`);
  same(other.layer.state?.(), one.layer.state?.(), `state 4 updates after one of update ${k}`);
}
