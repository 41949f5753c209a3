import { monitorEventLoopDelay } from 'node:perf_hooks';
import { wallNanoseconds } from '../../extend.ts';
import type { SlopeEstimate, StressReport } from '../../report.ts';
import { meanOf } from '../../simulation.ts';

/** milliseconds between two looks at the memory */
const every = 250;
/** parts of a run whose slopes are taken for independent */
const batches = 10;

/** Watches this process while it streams: its memory, and how late its event loop is. */
export class MachineSamples {
  readonly #memory: (readonly [seconds: number, bytes: number])[] = [];
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #began = wallNanoseconds();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#delay.enable();
    this.#look();
    this.#timer = setInterval(() => this.#look(), every).unref();
  }

  /** Ends the watch. */
  close(): Pick<StressReport, 'memory' | 'eventLoopMs'> {
    clearInterval(this.#timer);
    this.#look();
    this.#delay.disable();
    const at = (percent: number): number => Math.max(0, this.#delay.percentile(percent) / 1e6 - 10);
    return {
      memory: {
        peakBytes: Math.max(...this.#memory.map(([, bytes]) => bytes)),
        slope: slopeOf(this.#memory.slice(Math.floor(this.#memory.length / 4))),
      },
      eventLoopMs: { p50: at(50), p99: at(99), max: Math.max(0, this.#delay.max / 1e6 - 10) },
    };
  }

  #look(): void {
    this.#memory.push([(wallNanoseconds() - this.#began) / 1e9, process.memoryUsage.rss()]);
  }
}

/**
 * The slope of a series whose neighbours know of each other: least squares in each of ten parts in turn would see the noise, so it
 * is taken between the means of ten parts; of the nine differences, the mean and its Student interval.
 */
export function slopeOf(series: readonly (readonly [x: number, y: number])[]): SlopeEstimate {
  const size = Math.floor(series.length / batches);
  if (size < 2) return { perSecond: 0, ci95: null };
  const means = Array.from({ length: batches }, (_, i) => {
    const part = series.slice(i * size, (i + 1) * size);
    const mean = (of: 0 | 1) => part.reduce((sum, point) => sum + point[of], 0) / part.length;
    return [mean(0), mean(1)] as const;
  });
  const slopes = means.slice(1).map(([x, y], i) => (y - means[i][1]) / (x - means[i][0]));
  const { mean: perSecond, ci95 } = meanOf(slopes);
  return { perSecond, ci95 };
}
