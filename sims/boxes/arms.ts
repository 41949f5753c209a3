import { lastValueFrom } from 'rxjs';
import {
  type BlackBoxOptions,
  blackBox,
  directFeedback,
  type LayerPlan,
  type ProductsPlan,
} from '../../src/extend.ts';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type Dataset,
  forwardForward,
  hardLabel,
  inline,
  labelOverlay,
  measure,
  monoForward,
  type Pipeline,
  pixels,
  run,
  sgd,
  stream,
  testAccuracy,
  weights,
} from '../../src/index.ts';

/** How a network learns that has boxes between its layers: what goes back through them. */
export const arms = {
  FF: 'none',
  'Mono-Forward': 'none',
  'BP, derivative known': 'exact',
  'BP, model, learns on': 'model',
  'BP, model, learned before': 'model',
  'BP, straight through': 'identity',
  'direct feedback': 'error',
  'upper layer alone': 'error',
} as const;
export type Arm = keyof typeof arms;
export const names = Object.keys(arms) as Arm[];

export interface Task {
  readonly samples: Dataset;
  readonly test: Dataset;
  readonly units: number;
  readonly epochs: number;
  readonly products: ProductsPlan;
  readonly rate: number;
  readonly seed: number;
  readonly strength: number;
  /** updates until a box is another one; left out, it does not age */
  readonly lifetime?: number;
  /** of what a model sees, where the box gives 1; left out, 0 */
  readonly noise?: number;
}

/** nothing moves by this in fp32 */
const still = sgd({ learningRate: 1e-30 });

/** Three layers with a box before the second and the third, which alone predict in FF and Mono-Forward. */
async function pipelineOf(arm: Arm, task: Task): Promise<Pipeline> {
  const { units, seed, strength, lifetime, noise = 0, rate, ...given } = task;
  const shared = {
    ...given,
    seed,
    microbatch: 20,
    optimiser: adam({ learningRate: rate }),
    encoding: pixels(),
  };
  const boxOf = (options: Partial<BlackBoxOptions>): LayerPlan =>
    blackBox({ units, strength, sharpness: 1.5, boxSeed: seed, backward: arms[arm], ...options });
  const box = boxOf(lifetime === undefined ? {} : { lifetime });
  const stack = (layer: (scored: boolean) => LayerPlan, between = box): LayerPlan[] => [
    ...[layer(false), between, layer(true), between, layer(true)],
  ];
  if (arm === 'FF')
    return {
      ...{ ...shared, encoding: labelOverlay(), negatives: hardLabel(), schedule: stream() },
      layers: stack((scored) => forwardForward({ units, scored })),
    };
  if (arm === 'Mono-Forward')
    return { ...shared, schedule: stream(), layers: stack((scored) => monoForward({ units, scored })) };
  if (arms[arm] === 'error') {
    const layers = stack(() => directFeedback({ units, frozen: arm === 'upper layer alone' }));
    return { ...shared, schedule: blocking(), layers: [...layers, crossEntropyHead({ sends: 'error' })] };
  }
  const chain = (between: LayerPlan, own?: { readonly optimiser: typeof still }): Pipeline => ({
    ...{ ...shared, schedule: blocking() },
    layers: [...stack(() => backprop({ units, ...own }), between), crossEntropyHead(own)],
  });
  if (arms[arm] !== 'model') return chain(box);
  const byModel = { optimiser: adam({ learningRate: 0.003 }), model: { hidden: 4 * units, noise } };
  const { test: _, ...before } = chain(boxOf(byModel), { optimiser: still });
  const model = { ...byModel.model, frozen: arm === 'BP, model, learned before' };
  const known = await lastValueFrom(run(before, inline()).pipe(measure({ weights })));
  return {
    ...chain(boxOf({ ...byModel, model, ...(lifetime !== undefined && { lifetime }) })),
    weights: known.weights,
  };
}

/** The share of the test set that an arm gets right through its boxes. */
export async function accuracyOf(arm: Arm, task: Task): Promise<number> {
  const told = run(await pipelineOf(arm, task), inline()).pipe(measure({ test: testAccuracy }));
  return (await lastValueFrom(told)).test.accuracy ?? 0;
}
