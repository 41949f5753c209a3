import type { Assembly } from '../work/assembly.ts';
import type { OpDone } from '../work/op-done.ts';

/** The share of its microbatch that an op of a stage was of, where layers leave samples out; layers count by their cost. */
export function shareKept({ layers: { costs }, graph }: Assembly, { stage, rows, layers }: OpDone): number {
  if (layers.length === 0) return 1;
  let [all, left] = [0, 0];
  for (const layer of graph.stages[stage].layers) {
    const { kept = rows } = layers.find((one) => one.layer === layer) ?? {};
    all += costs[layer];
    left += costs[layer] * (kept / rows);
  }
  return all > 0 ? left / all : 1;
}
