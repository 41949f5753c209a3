import { lastValueFrom } from 'rxjs';
import {
  constantStep,
  crossbar,
  directFeedback,
  exact,
  mixedPrecision,
  type Parameter,
  type PeripheryOptions,
  paired,
  peripheries,
  perPass,
  simd,
  type TilePlan,
  type UnknownOptions,
  type UpdatePlan,
} from '../../src/extend.ts';
import {
  backprop,
  blocking,
  crossEntropyHead,
  type Dataset,
  type DatasetPipeline,
  forwardForward,
  heldOutAccuracy,
  inline,
  labelOverlay,
  measure,
  monoForward,
  pixels,
  run,
  sgd,
  stream,
  testAccuracy,
  weights,
  wrongLabel,
} from '../../src/index.ts';
import { hardware } from '../../src/report.ts';

/** One chip: what nobody knows of it, and the noise of its reads. */
export interface Chip {
  /** another seed is another chip */
  readonly seed: number;
  readonly unknown?: UnknownOptions;
  /** added to each output before the ADC, new with every read, where the greatest input is 1; left out, 0.06 */
  readonly outputNoise?: number;
  /** noise of each weight, new with every read; left out, 0 */
  readonly weightNoise?: number;
}

/** What every arm learns alike. */
export interface Task {
  readonly samples: Dataset;
  readonly test: Dataset;
  /** units of the hidden layers */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly seed: number;
  /** instead of the arm's own */
  readonly learningRate?: number;
  /** how the chip is written, instead of the arm's own way */
  readonly update?: UpdatePlan;
  /** predicts these after each pass: the curve */
  readonly heldOut?: Dataset;
}

/** How a network comes to work on a chip. */
export interface Arm {
  /** in tables */
  readonly name: string;
  /** whether it learns on the chip, or elsewhere and is written into it */
  readonly learnsOn: 'chip' | 'computer';
  /** tuned, see below */
  readonly learningRate: number;
  readonly rule: 'backprop' | 'direct feedback' | 'readout' | 'Forward-Forward' | 'Mono-Forward';
  /** what it learns on; on the computer it sees nothing of the chip but how noisy chips are */
  tile(chip: Chip, update?: UpdatePlan): TilePlan | undefined;
}

/** samples of a microbatch, in every arm */
export const microbatch = 10;

/** 7 bits in and 9 bits out, scaled by the greatest input, as aihwkit's default, with the chip's noise. */
function reads({ outputNoise = 0.06, weightNoise = 0 }: Chip): PeripheryOptions {
  return { ...peripheries.aihwkit, outputNoise, weightNoise };
}

type Back = 'transposed' | 'model' | 'random';
function on(chip: Chip, backwardRead: Back, update: UpdatePlan = exact()): TilePlan {
  const forward = reads(chip);
  return crossbar({
    ...{ forward, backward: { ...forward, boundManagement: 'none' }, update, backwardRead },
    ...{ chipSeed: chip.seed, unknown: chip.unknown ?? {} },
    ...(update.name !== 'exact' && { cell: constantStep() }),
  });
}

/** noise of weights that networks are trained with for chips that nobody has measured */
const injected = 0.05;

/**
 * Learning rates: the best of four, a factor of about 3 apart, by the mean accuracy on 1,000 held-out samples at synapse gain
 * spreads 0 and 0.2 (`sims/analog/tune.ts`).
 */
export const arms = {
  inSilico: {
    name: 'in-silico backprop',
    learnsOn: 'computer',
    learningRate: 0.1,
    rule: 'backprop',
    tile: () => undefined,
  },
  injected: {
    ...{ name: 'noise injection', learnsOn: 'computer', learningRate: 0.1, rule: 'backprop' },
    tile: (chip) => on({ seed: 0, outputNoise: chip.outputNoise ?? 0.06, weightNoise: injected }, 'model'),
  },
  physicsAware: {
    ...{ name: 'physics-aware', learnsOn: 'chip', learningRate: 0.1, rule: 'backprop' },
    tile: (chip, update) => on(chip, 'model', update),
  },
  inSitu: {
    ...{ name: 'in-situ backprop', learnsOn: 'chip', learningRate: 0.1, rule: 'backprop' },
    tile: (chip, update) => on(chip, 'transposed', update),
  },
  feedback: {
    ...{ name: 'feedback alignment', learnsOn: 'chip', learningRate: 0.03, rule: 'backprop' },
    tile: (chip, update) => on(chip, 'random', update),
  },
  directFeedback: {
    ...{ name: 'direct feedback', learnsOn: 'chip', learningRate: 0.03, rule: 'direct feedback' },
    tile: (chip, update) => on(chip, 'random', update),
  },
  ff: {
    ...{ name: 'FF', learnsOn: 'chip', learningRate: 0.03, rule: 'Forward-Forward' },
    tile: (chip, update) => on(chip, 'random', update),
  },
  ffPerPass: {
    ...{ name: 'FF, pulses per pass', learnsOn: 'chip', learningRate: 0.03, rule: 'Forward-Forward' },
    tile: (chip, update = perPass()) => on(chip, 'random', update),
  },
  ffPaired: {
    ...{ name: 'FF, pulses paired', learnsOn: 'chip', learningRate: 0.03, rule: 'Forward-Forward' },
    tile: (chip, update = paired()) => on(chip, 'random', update),
  },
  ffMixed: {
    ...{ name: 'FF, mixed precision', learnsOn: 'chip', learningRate: 0.03, rule: 'Forward-Forward' },
    tile: (chip, update = mixedPrecision()) => on(chip, 'random', update),
  },
  monoForward: {
    ...{ name: 'Mono-Forward', learnsOn: 'chip', learningRate: 0.1, rule: 'Mono-Forward' },
    tile: (chip, update) => on(chip, 'transposed', update),
  },
  readout: {
    ...{ name: 'readout only', learnsOn: 'chip', learningRate: 0.3, rule: 'readout' },
    tile: (chip, update) => on(chip, 'random', update),
  },
} as const satisfies Readonly<Record<string, Arm>>;

/** What an arm learns by. On the computer the chip that is given tells no more than its noise. */
export function pipelineOf(arm: Arm, chip: Chip, task: Task): DatasetPipeline {
  const { hidden, samples, test, epochs, seed, heldOut, learningRate = arm.learningRate } = task;
  const tile = arm.tile(chip, task.update);
  const shared = {
    ...{ samples, test, epochs, seed, microbatch, products: simd(), optimiser: sgd({ learningRate }) },
    ...(tile && { tile }),
    ...(heldOut && { heldOut: { samples: heldOut, every: 1 } }),
  };
  const of = <T>(make: (options: { units: number }) => T): T[] => hidden.map((units) => make({ units }));
  const frozen = arm.rule === 'readout';
  switch (arm.rule) {
    case 'Forward-Forward':
      return {
        ...shared,
        encoding: labelOverlay(),
        negatives: wrongLabel(),
        layers: of(forwardForward),
        schedule: stream(),
      };
    case 'Mono-Forward':
      return { ...shared, encoding: pixels(), layers: of(monoForward), schedule: stream() };
    case 'backprop':
      return {
        ...shared,
        encoding: pixels(),
        layers: [...of(backprop), crossEntropyHead()],
        schedule: blocking(),
      };
    default:
      return {
        ...{ ...shared, encoding: pixels(), schedule: blocking() },
        layers: [
          ...of(({ units }) => directFeedback({ units, frozen })),
          crossEntropyHead({ sends: 'error' }),
        ],
      };
  }
}

/** A network of the arm that is written into the chip and predicts there, with nothing more to learn. */
export function deployed(arm: Arm, chip: Chip, task: Task, learned: readonly Parameter[]): DatasetPipeline {
  const { heldOut: _, ...pipeline } = pipelineOf(
    { ...arm, tile: (on) => arms.inSitu.tile(on, undefined) },
    chip,
    task,
  );
  return { ...pipeline, epochs: 0, weights: learned };
}

const figuresOf = (pipeline: DatasetPipeline) =>
  lastValueFrom(
    run(pipeline, inline()).pipe(measure({ test: testAccuracy, held: heldOutAccuracy, weights, hardware })),
  );

/** Trained on computers, by arm and task: the same network goes into every chip of one noise. */
const computed = new Map<string, readonly Parameter[]>();

/** Learns, and predicts the test set on the chip, noise on. */
export async function learned(arm: Arm, chip: Chip, task: Task) {
  const { samples, hidden, epochs, seed, learningRate } = task;
  if (arm.learnsOn === 'chip') return figuresOf(pipelineOf(arm, chip, task));
  const noise = arm.tile(chip) ? chip.outputNoise : 0;
  const key = JSON.stringify([arm.name, noise, samples.count, hidden, epochs, seed, learningRate]);
  const known = computed.get(key) ?? (await figuresOf(pipelineOf(arm, chip, task))).weights;
  computed.set(key, known);
  return figuresOf(deployed(arm, chip, task, known));
}

/** The share of the test set that an arm gets right on the chip. */
export async function accuracyOf(arm: Arm, chip: Chip, task: Task): Promise<number> {
  return (await learned(arm, chip, task)).test.accuracy ?? 0;
}
