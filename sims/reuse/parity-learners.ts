import { lastValueFrom } from 'rxjs';
import { drawn, parity, simd, withLabelColumns } from '../../src/extend.ts';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type DatasetPipeline,
  forwardForward,
  heldOutAccuracy,
  inline,
  labelOverlay,
  measure,
  monoForward,
  pixels,
  run,
  stream,
  wrongLabel,
} from '../../src/index.ts';
import { each, layerSizes, tuned } from '../../src/report.ts';
import { oneAtATime } from './stacks.ts';

const [samplesOfAPass, microbatch] = [4000, 50];
export const rules = ['backprop', 'Forward-Forward', 'Mono-Forward'] as const;
export type ParityRule = (typeof rules)[number];

export interface ParityTask {
  readonly units: number;
  readonly learningRate: number;
  /** of the secret bits, the samples and the weights */
  readonly seed: number;
  /** over 4,000 samples in microbatches of 50 */
  readonly passes: number;
}

/** Two hidden layers that learn the parity of 3 bits in 20 by a rule, with 1,000 samples held out. */
export function parityLearner(
  rule: ParityRule,
  { units, learningRate, seed, passes }: ParityTask,
): DatasetPipeline {
  const source = parity({ seed });
  const samples = drawn(source, samplesOfAPass, { seed });
  const held = drawn(source, 1000, { seed, first: 1e9 });
  const shared = {
    ...{ epochs: passes, seed, microbatch, products: simd(), optimiser: adam({ learningRate }) },
    ...{ samples, heldOut: { samples: held, every: 1 }, encoding: pixels() },
  };
  const two = <T>(layer: (of: { units: number }) => T): T[] => [layer({ units }), layer({ units })];
  if (rule === 'backprop')
    return { ...shared, layers: [...two(backprop), crossEntropyHead({ classes: 2 })], schedule: blocking() };
  if (rule === 'Mono-Forward') return { ...shared, layers: two(monoForward), schedule: stream() };
  return {
    ...{
      ...shared,
      samples: withLabelColumns(samples),
      heldOut: { samples: withLabelColumns(held), every: 1 },
    },
    ...{ encoding: labelOverlay({ classes: 2 }), negatives: wrongLabel() },
    ...{ layers: two(forwardForward), schedule: stream() },
  };
}

/** Microbatches until samples held out are right to this share, on a line between two passes; Infinity if they never are. */
export async function microbatchesTo(share: number, rule: ParityRule, task: ParityTask): Promise<number> {
  const { held } = await lastValueFrom(
    run(parityLearner(rule, task), inline()).pipe(measure({ held: heldOutAccuracy })),
  );
  const curve = [0.5, ...held.map(({ accuracy = 0 }) => accuracy)];
  const at = curve.findIndex((accuracy) => accuracy >= share);
  if (at < 0) return Number.POSITIVE_INFINITY;
  return (samplesOfAPass / microbatch) * (at - (curve[at] - share) / (curve[at] - curve[at - 1]));
}

/** What a rule takes to be right to 95 %, a value a seed. */
export interface ParityCost {
  readonly rule: ParityRule;
  /** the best of those tried with seed 0 */
  readonly learningRate: number;
  readonly steps: readonly number[];
  /** Σ floats · √distance since the last access of those steps, on one memory and on a memory a layer */
  readonly movement: readonly number[];
  readonly ownMovement: readonly number[];
}

export async function parityCost(
  rule: ParityRule,
  rates: readonly number[],
  seeds: readonly number[],
  size: Pick<ParityTask, 'units' | 'passes'>,
): Promise<ParityCost> {
  const to = (learningRate: number, seed: number) =>
    microbatchesTo(0.95, rule, { ...size, learningRate, seed });
  const learningRate = await tuned(rates, async (rate) => -(await to(rate, 0)));
  const layers = await layerSizes(parityLearner(rule, { ...size, learningRate, seed: 0 }));
  const { machine, workers, microbatches } = await oneAtATime(layers, microbatch);
  const movement = ({ all }: typeof machine) => all.sinceAccess.movement / microbatches;
  const own = workers.reduce((sum, worker) => sum + movement(worker), 0);
  const steps = await each(seeds, (seed) => to(learningRate, seed));
  return {
    ...{ rule, learningRate, steps },
    movement: steps.map((count) => count * movement(machine)),
    ownMovement: steps.map((count) => count * own),
  };
}
