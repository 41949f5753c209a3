import type { Microbatch } from '../../data/microbatch.ts';
import type { Memory } from '../../layers/layer.ts';
import { type ContractRule, holds, refuses, same } from '../rule.ts';
import { LayerBench, type LayerSubject, learned, type MadeLayer, recorder } from './bench.ts';

const learnsBackward = ({ plan }: LayerSubject): boolean => plan.learns === 'backward';

/** What layers promise beside, that learn from gradients sent down. */
export const backwardRules: readonly ContractRule<LayerSubject>[] = [
  {
    name: 'mean of gradients',
    says: 'moves its weights against the mean of the gradients since its last update',
    applies: learnsBackward,
    async check(subject) {
      for (const index of [0, 1]) await takesMeans(new LayerBench(subject), index);
    },
  },
  {
    name: 'goes back as it went forward',
    says: 'goes back by the weights with which it went forward, whatever was learned in between',
    applies: (subject) => learnsBackward(subject) && subject.plan.sends !== 'error',
    async check(subject) {
      for (const index of [0, 1]) await goesBack(new LayerBench(subject), index);
    },
  },
  {
    name: 'goes back by the newest',
    says: 'goes back by the newest weights where the schedule has it so',
    applies: (subject) => learnsBackward(subject) && subject.plan.sends !== 'error',
    async check(subject) {
      for (const index of [0, 1]) await goesBackByNewest(new LayerBench(subject), index);
    },
  },
];

async function takesMeans(bench: LayerBench, index: number): Promise<void> {
  const optimiser = recorder();
  const made = await bench.layer(index, { optimiser });
  const all = [bench.input(index, 3), bench.input(index, 4, 5), bench.input(index, 5)];
  const taught = (of: readonly Microbatch[]): Float32Array[] => {
    const memories = of.map((m) => bench.forwardAndBack(made, m).memory);
    for (const [i, m] of of.entries()) made.layer.gradient(m, memories[i]);
    made.layer.update();
    return optimiser.seen.map((seen) => seen.slice());
  };
  const alone = all.map((m) => taught([m]));
  for (const count of [3, 1, 2]) {
    const means = alone[0].map((first, p) =>
      first.map((_, j) => alone.slice(0, count).reduce((sum, of) => sum + of[p][j], 0) / count),
    );
    for (const [p, seen] of taught(all.slice(0, count)).entries()) {
      const size = Math.hypot(...means[p]);
      const off = Math.hypot(...seen.map((value, j) => value - means[p][j]));
      holds(
        off <= 1e-5 * size && size > 0,
        `the gradient of ${count} microbatches is ${off / size} off their mean`,
      );
    }
  }
}

async function goesBack(bench: LayerBench, index: number): Promise<void> {
  const [still, moving] = [await bench.layer(index), await bench.layer(index)];
  const m = bench.input(index, 3);
  const before = learned(moving);
  const { forward, back } = waysOf(bench, m);
  const expected = back(still, forward(still));
  const memories = [forward(moving)];
  for (const seed of [4, 5]) {
    bench.step(moving, bench.input(index, seed));
    memories.push(forward(moving));
  }
  holds(String(learned(moving)) !== String(before), 'two updates moved nothing');
  const came = memories.map((memory) => back(moving, memory));
  same(came[0], expected, 'the gradient sent down after two updates');
  holds(String(came[1]) !== String(expected), 'a microbatch forwarded later went back by the older weights');
  holds(String(came[2]) !== String(came[1]), 'a microbatch forwarded last went back by older weights');
  refuses(() => back(moving, memories[0]), 'going back a second time');
}

async function goesBackByNewest(bench: LayerBench, index: number): Promise<void> {
  const m = bench.input(index, 3);
  const { forward, back } = waysOf(bench, m);
  const still = await bench.layer(index);
  const before = still.layer.parameters();
  const expected = back(still, forward(still));
  for (const returns of [false, true]) {
    const moving = await bench.layer(index, { goesBackBy: 'newest' });
    const memory = forward(moving);
    bench.step(moving, bench.input(index, 4));
    if (returns) moving.layer.load(before);
    const came = back(moving, memory);
    if (returns) same(came, expected, 'the gradient sent down by the weights of F, put back after an update');
    else holds(String(came) !== String(expected), 'after an update it went back by the weights of F');
  }
}

/** F of a microbatch, and its B with an arbitrary gradient from above. */
function waysOf(bench: LayerBench, m: Microbatch) {
  return {
    forward({ layer, output }: MadeLayer): Memory {
      const memory = layer.memory();
      layer.forward(m, output.width === 0 ? undefined : bench.room(output), memory);
      return memory;
    },
    back({ layer, output }: MadeLayer, memory: Memory): Float32Array {
      const below = bench.gradient(m.shape, m.rows);
      layer.backward?.(output.width === 0 ? undefined : bench.gradient(output, m.rows), below, memory);
      return below.activity.slice();
    },
  };
}
