import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { wallNanoseconds } from '../../core/clock.ts';
import { type Slope, slopeOf } from './slope.ts';

/** A part of the memory over a run. */
export interface MemoryFigure {
  /** bytes */
  readonly peak: number;
  /** bytes per second, after the warm-up */
  readonly slope: Slope;
}

export interface ProcessFigures {
  readonly rss: MemoryFigure;
  readonly heap: MemoryFigure;
  readonly arrayBuffers: MemoryFigure;
  /** how late the event loop of the main thread was */
  readonly eventLoopDelayMs: { readonly mean: number; readonly p99: number; readonly max: number };
}

/** looks that are kept: beyond, every other one goes */
const most = 4096;

/** Looks at the memory and the event loop of this process until it is stopped. */
export class ProcessWatch {
  private looks: (readonly [seconds: number, rss: number, heap: number, arrayBuffers: number])[] = [];
  private readonly begun = wallNanoseconds();
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 });
  private readonly timer: NodeJS.Timeout;
  private readonly warmUp: number;

  /**
   * @param every   milliseconds between two looks
   * @param warmUp  seconds at the beginning that slopes leave out
   */
  constructor(every = 250, warmUp = 2) {
    this.warmUp = warmUp;
    this.delay.enable();
    this.timer = setInterval(() => this.look(), every);
    this.timer.unref();
    this.look();
  }

  /** Stops looking. */
  stop(): ProcessFigures {
    clearInterval(this.timer);
    this.look();
    this.delay.disable();
    const { mean, max } = this.delay;
    // the monitor's own period is no delay
    const late = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - 10) : 0;
    return {
      ...{ rss: this.figure(1), heap: this.figure(2), arrayBuffers: this.figure(3) },
      eventLoopDelayMs: { mean: late(mean), p99: late(this.delay.percentile(99)), max: late(max) },
    };
  }

  private look(): void {
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    this.looks.push([(wallNanoseconds() - this.begun) / 1e9, rss, heapUsed, arrayBuffers]);
    if (this.looks.length > most) this.looks = this.looks.filter((_, i) => i % 2 === 0);
  }

  private figure(column: 1 | 2 | 3): MemoryFigure {
    const warm = this.looks.filter(([seconds]) => seconds >= this.warmUp);
    return {
      peak: this.looks.reduce((peak, look) => Math.max(peak, look[column]), 0),
      slope: slopeOf(
        warm.map(([seconds]) => seconds),
        warm.map((look) => look[column]),
      ),
    };
  }
}
