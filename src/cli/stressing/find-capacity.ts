import { lastValueFrom, takeWhile, tap } from 'rxjs';
import type { OpenLine } from '../../extend.ts';
import { measure, type Pipeline, type Runtime, run, type TraceEvent, throughput } from '../../index.ts';
import { meanOf } from '../../simulation.ts';

/** What a pipeline sustains, and what was tried to find it. */
export interface Capacity {
  /** samples per second */
  readonly perSecond: number;
  readonly ci95: readonly [number, number] | null;
  /** what each repetition found */
  readonly repetitions: readonly number[];
  readonly probes: readonly Probe[];
}

/** One rate that was tried. */
export interface Probe {
  readonly rate: number;
  /** seconds of waiting that each second adds, once warm */
  readonly slope: number;
  readonly sustained: boolean;
}

export interface CapacityOptions {
  /** the pipeline without its line */
  readonly pipeline: Pipeline;
  readonly runtime: Runtime;
  /** the line at a rate */
  readonly lineAt: (perSecond: number) => Promise<OpenLine>;
  /** nanoseconds of a probe, on the run's clock */
  readonly lasts: number;
  readonly repetitions: number;
  readonly signal: AbortSignal;
  readonly tell?: (probe: Probe) => void;
  /** makes what follows the trace of a probe, as it would that of a stream: what it takes is a part of the capacity */
  readonly watch?: (pipeline: Pipeline) => (event: TraceEvent) => void;
  /** microbatches between two checkpoints; left out, none are taken */
  readonly checkpointEvery?: number | undefined;
}

/** a rate is sustained while waiting grows by less than this share of the time */
const steady = 0.01;
/** part of a probe that is not looked at */
const warmup = 0.25;
/** how near two rates are when the search ends */
const near = 1.02;
/** seconds of waiting with which a probe has failed */
const hopeless = 2;

/**
 * The highest rate at which the backlog doesn't grow, by a binary search around what a closed loop does, repeated with
 * other seeds.
 *
 * @see Karimov et al. 2018 (sustainable throughput); Theodolite, whose test is the slope of the lag too
 */
export async function findCapacity(options: CapacityOptions): Promise<Capacity> {
  const { pipeline, repetitions, tell, signal } = options;
  const probes: Probe[] = [];
  const found: number[] = [];
  const saturated = await closedLoop(options);
  for (let i = 0; i < repetitions && !signal.aborted; i++) {
    const seeded = { ...pipeline, seed: (pipeline.seed ?? 1) + i };
    const sustains = async (rate: number): Promise<boolean> => {
      const probe = await probeAt(rate, { ...options, pipeline: seeded });
      probes.push(probe);
      tell?.(probe);
      return probe.sustained;
    };
    let low = 0;
    let high = 1.1 * saturated;
    // what a closed loop did in a short time may be less than what is sustained, or more
    while (!signal.aborted && (await sustains(high))) [low, high] = [high, 1.5 * high];
    while (!signal.aborted && low === 0) {
      const less = 0.7 * high;
      if (await sustains(less)) low = less;
      else high = less;
    }
    while (high / low > near && !signal.aborted) {
      const middle = Math.sqrt(low * high);
      if (await sustains(middle)) low = middle;
      else high = middle;
    }
    found.push(low);
  }
  const mean = found.reduce((sum, rate) => sum + rate, 0) / found.length;
  return { perSecond: mean, ci95: found.length > 1 ? meanOf(found).ci95 : null, repetitions: found, probes };
}

/** Samples per second of the closed loop, over the time of a probe. */
async function closedLoop(options: CapacityOptions): Promise<number> {
  const { pipeline, runtime, lasts, signal, watch, checkpointEvery } = options;
  const follow = watch?.(pipeline);
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  const watched = run(pipeline, runtime, { signal: stop, checkpointEvery }).pipe(
    tap((event) => {
      follow?.(event);
      if (event.kind === 'op' && event.end > lasts) enough.abort();
    }),
    measure({ throughput }),
  );
  return (await lastValueFrom(watched)).throughput.samplesPerSecond;
}

async function probeAt(
  rate: number,
  { pipeline, runtime, lineAt, lasts, signal, watch, checkpointEvery }: CapacityOptions,
): Promise<Probe> {
  const streaming = { ...pipeline, line: { ...(await lineAt(rate)), lasts } };
  const follow = watch?.(streaming);
  const lags = new Slope();
  let origin = 0;
  let late = false;
  const events = run(streaming, runtime, { signal, checkpointEvery }).pipe(
    tap((event) => {
      follow?.(event);
      if (event.kind === 'start') origin = event.start;
      if (event.kind !== 'arrival' || event.purpose !== 'learn' || !event.intended) return;
      const lag = (event.start - event.intended[event.intended.length - 1]) / 1e9;
      if (event.start - origin > warmup * lasts) lags.add(event.start / 1e9, lag);
      late ||= lag > hopeless;
    }),
    takeWhile(() => !late),
  );
  await lastValueFrom(events, { defaultValue: undefined });
  const slope = late ? Math.max(lags.value, 2 * steady) : lags.value;
  return { rate, slope, sustained: slope < steady };
}

/** The slope of a line through points, by least squares. */
class Slope {
  private n = 0;
  private x = 0;
  private y = 0;
  private xx = 0;
  private xy = 0;

  add(x: number, y: number): void {
    this.n++;
    const dx = x - this.x;
    this.x += dx / this.n;
    this.y += (y - this.y) / this.n;
    this.xx += dx * (x - this.x);
    this.xy += dx * (y - this.y);
  }

  /** 0 of fewer than two points */
  get value(): number {
    return this.xx > 0 ? this.xy / this.xx : 0;
  }
}
