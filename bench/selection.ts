import { lastValueFrom } from 'rxjs';
import { above, type ProductsPlan } from '../src/extend.ts';
import {
  type Dataset,
  type DatasetPipeline,
  firstOf,
  measure,
  pipedream,
  type Runtime,
  run,
  testAccuracy,
  workers,
} from '../src/index.ts';
import { measuredCosts } from '../src/simulation.ts';
import { ratio, type Spread, spread } from './figures.ts';
import { bp, ff, type Ground, mono } from './networks.ts';
import { type PyTorch, startPyTorch } from './pytorch.ts';
import { inWindows, type Window, type WindowFigures } from './windows.ts';

/** share of the steepest slope from which a sample is learned from, in every rule and in PyTorch */
export const share = 0.2;

/** A network to train with and without selection. */
export interface SelectionCase {
  readonly units: readonly number[];
  readonly microbatch: number;
  /** microbatches that a link holds */
  readonly capacity: number;
  /** an epoch, the first of the training set */
  readonly samples: number;
  readonly epochs: number;
  /** threads of ours; PyTorch has two, as there are cores */
  readonly workers: number;
  /** rows to measure; left out, all */
  readonly only?: readonly RuleName[];
}

/** What was trained, as it is named in the text. */
export type RuleName = 'ff' | 'mono-forward' | 'backprop' | 'backprop, pipedream' | 'PyTorch ff';

const narrow = { units: [500, 500], capacity: 8, samples: 60_000, epochs: 5, workers: 2 };

/** The network of the main job. */
export const selectionCases: readonly SelectionCase[] = [
  { ...narrow, microbatch: 100 },
  { ...narrow, microbatch: 200 },
];

/** A wide one, a worker a layer; its epochs are short, so that a training takes half a minute. */
export const wideSelectionCases: readonly SelectionCase[] = [
  {
    ...{ units: [2000, 2000, 2000, 2000], microbatch: 200, capacity: 2, workers: 4 },
    ...{ samples: 12_000, epochs: 5, only: ['ff', 'PyTorch ff'] },
  },
];

/** A part of training of one row. */
export interface PartFigures {
  readonly samplesPerSecond: Spread;
  readonly kept: Spread;
  /** products of a sample with all hidden weights; null where nobody counts them */
  readonly units: Spread | null;
  /** the row's speed over PyTorch's without selection, and over PyTorch's with it, round by round */
  readonly overPyTorch?: Spread;
  readonly overPyTorchSelective?: Spread;
}

export interface SelectionRow {
  readonly rule: RuleName;
  readonly selective: boolean;
  readonly firstHalf: PartFigures;
  readonly lastFifth: PartFigures;
  /** on the 10,000 test images, 0 to 1, of the first round: each round starts from the same seed */
  readonly accuracy: number | undefined;
}

export interface SelectionFigures extends SelectionCase {
  readonly share: number;
  readonly rows: readonly SelectionRow[];
  /** how PyTorch's threads waited, and its BLAS, or why it is not there */
  readonly pytorch: string;
}

/** What one training gave. */
interface Trained {
  readonly windows: readonly (Omit<WindowFigures, 'units'> & { readonly units?: number })[];
  readonly accuracy?: number | undefined;
}

interface Contender {
  readonly rule: RuleName;
  readonly selective: boolean;
  /** @param test  whether the test set is predicted at the end */
  train(test: boolean): Promise<Trained>;
}

/** Every rule with and without selection, and Forward-Forward in PyTorch, trained from fresh weights in turns. */
export async function selectionOf(
  of: SelectionCase,
  { all, test, products, rounds }: { all: Dataset; test: Dataset; products: ProductsPlan; rounds: number },
): Promise<SelectionFigures> {
  const { units, microbatch, capacity, epochs } = of;
  const widths = [784, ...units];
  const windows = partsOf(of.samples * epochs, microbatch);
  const wanted = (rule: RuleName) => of.only?.includes(rule) ?? true;
  const ground: Ground = { samples: firstOf(all, of.samples), epochs, products, microbatch, capacity };
  const contenders: Contender[] = [];
  const rules: [RuleName, (ground: Ground) => DatasetPipeline][] = [
    ['ff', (on) => ff(on, units)],
    ['mono-forward', (on) => mono(on, units)],
    ['backprop', (on) => bp(on, units)],
    ['backprop, pipedream', (on) => bp(on, units, pipedream())],
  ];
  for (const [rule, make] of rules) {
    if (!wanted(rule)) continue;
    for (const select of [undefined, above(share)]) {
      const pipeline = make({ ...ground, select });
      const runtime = await runtimeFor(pipeline, rule, of.workers);
      contenders.push({
        rule,
        selective: select !== undefined,
        train: (predicts) =>
          trained({ ...pipeline, ...(predicts && { test }) }, runtime, inWindows(windows, widths)),
      });
    }
  }
  const rivals: PyTorch[] = [];
  let found = 'left out';
  try {
    for (const select of wanted('PyTorch ff') ? [undefined, share] : []) {
      const { pytorch, reason } = await startPyTorch({
        ...{ widths, microbatch, threads: 2, count: of.samples },
        ...(select !== undefined && { select }),
      });
      found = pytorch ? `PyTorch ${pytorch.version}, ${pytorch.blas}, threads wait ${pytorch.wait}` : reason;
      if (pytorch === undefined) break;
      rivals.push(pytorch);
      const asked = { samples: of.samples * epochs, windows };
      contenders.push({
        rule: 'PyTorch ff',
        selective: select !== undefined,
        train: (predicts) => pytorch.training({ ...asked, test: predicts }),
      });
    }
    const trainings: Trained[][] = contenders.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [i, contender] of contenders.entries())
        trainings[i].push(await contender.train(round === 0));
    return { ...of, share, rows: rowsOf(contenders, trainings), pytorch: found };
  } finally {
    for (const rival of rivals) await rival.close();
  }
}

/**
 * The first half of training, without its first twentieth, in which code is compiled and memory touched; and the last fifth.
 *
 * @param samples  of the whole training
 */
export function partsOf(samples: number, microbatch: number): [Window, Window] {
  const at = (part: number) => Math.round((part * samples) / microbatch) * microbatch;
  return [
    [at(0.05), at(0.5)],
    [at(0.8), at(1)],
  ];
}

/** Backprop's stages are cut alike whatever was measured: how many there are is part of what PipeDream learns. */
async function runtimeFor(pipeline: DatasetPipeline, rule: RuleName, count: number): Promise<Runtime> {
  const local = rule === 'ff' || rule === 'mono-forward';
  return workers({ count, ...(local && { costs: await measuredCosts(pipeline) }) });
}

async function trained(
  pipeline: DatasetPipeline,
  runtime: Runtime,
  windows: ReturnType<typeof inWindows>,
): Promise<Trained> {
  const seen = await lastValueFrom(run(pipeline, runtime).pipe(measure({ windows, test: testAccuracy })));
  return { windows: seen.windows, accuracy: seen.test.accuracy };
}

function rowsOf(
  contenders: readonly Contender[],
  trainings: readonly (readonly Trained[])[],
): SelectionRow[] {
  const speeds = (i: number, part: number) =>
    trainings[i].map(({ windows }) => windows[part].samplesPerSecond);
  const place = (selective: boolean) =>
    contenders.findIndex((one) => one.rule === 'PyTorch ff' && one.selective === selective);
  const [plain, selecting] = [place(false), place(true)];
  return contenders.map(({ rule, selective }, i) => {
    const partOf = (part: number): PartFigures => {
      const windows = trainings[i].map((training) => training.windows[part]);
      const units = windows.flatMap((window) => window.units ?? []);
      return {
        samplesPerSecond: spread(speeds(i, part)),
        kept: spread(windows.map(({ kept }) => kept)),
        units: units.length === 0 ? null : spread(units),
        ...(plain >= 0 && plain !== i && { overPyTorch: ratio(speeds(i, part), speeds(plain, part)) }),
        ...(selecting >= 0 &&
          selecting !== i && { overPyTorchSelective: ratio(speeds(i, part), speeds(selecting, part)) }),
      };
    };
    return {
      ...{ rule, selective, firstHalf: partOf(0), lastFifth: partOf(1) },
      accuracy: trainings[i][0].accuracy,
    };
  });
}
