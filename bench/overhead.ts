import { plain } from '../src/extend.ts';
import {
  type Dataset,
  type DatasetPipeline,
  firstOf,
  labelOverlay,
  sgd,
  stream,
  workers,
} from '../src/index.ts';
import { type Spread, show, spread } from './figures.ts';
import { measured } from './networks.ts';
import { spin } from './spin-layer.ts';

/** What the stream itself costs a stage: its time outside ops that take a stated time and compute nothing. */
export interface Overhead {
  readonly milliseconds: number;
  readonly stages: number;
  /** share of the stage's time */
  readonly share: Spread;
  /** microseconds an op */
  readonly perOp: Spread;
}

/** @param milliseconds  that each op takes */
export async function overheadOf(
  all: Dataset,
  { milliseconds, stages, rounds }: { milliseconds: number; stages: number; rounds: number },
): Promise<Overhead> {
  const microbatches = Math.ceil(Math.min(600, 1500 / Math.max(milliseconds, 0.05)));
  const pipeline: DatasetPipeline = {
    samples: firstOf(all, 100 * microbatches),
    encoding: labelOverlay(),
    layers: Array.from({ length: stages }, () => spin({ units: 500, milliseconds })),
    products: plain(),
    optimiser: sgd(),
    schedule: stream(),
  };
  const [share, perOp]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const { stages: seen, seconds } = await measured(pipeline, workers());
    const worst = Math.max(...seen.map(({ communicating }) => communicating));
    share.push(worst);
    perOp.push((worst * seconds * 1e6) / (3 * microbatches));
  }
  return { milliseconds, stages, share: spread(share), perOp: spread(perOp) };
}

export function overheadText({ milliseconds, stages, share, perOp }: Overhead): string {
  return `  ${stages} stage${stages > 1 ? 's' : ''}, ops of ${milliseconds} ms: ${show(perOp, 1)} µs an op, ${show(share, 4)} of the stage's time\n`;
}
