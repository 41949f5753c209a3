import { monitorEventLoopDelay } from 'node:perf_hooks';
import { wallNanoseconds } from '../../extend.ts';
import { type StressReport, slopeOf } from '../../report.ts';

/** milliseconds between two looks at the memory */
const every = 250;

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
