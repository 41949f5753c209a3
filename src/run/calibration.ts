import { lastValueFrom, tap } from 'rxjs';
import { must, mustBeWhole } from '../core/check.ts';
import type { OpKind, TraceEvent } from '../core/trace.ts';
import { firstOf } from '../data/dataset.ts';
import { isDataset } from '../data/samples.ts';
import { constant } from '../distributions/constant.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { workers } from '../runtimes/workers.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { groupsOfProfile, type LayerProfile, type Profile } from '../simulation/costs/profile.ts';
import type { Scenario, StageCosts } from '../simulation/scenario.ts';
import { measuredOps } from './costs.ts';
import { median } from './median.ts';
import { run } from './run.ts';

/** What a pipeline's layers and links cost on this machine, in nanoseconds, for microbatches of one size. */
export interface Calibration extends Profile {
  readonly linkLatency: number;
  /** what a stage spends around each op: links, the trace, looking for what is next */
  readonly overhead: number;
  /** how many times as long ops last when two stages work at once: shared caches, memory and clock */
  readonly contention: number;
  /** samples of a microbatch */
  readonly microbatch: number;
}

/** runs on workers, whose median counts */
const repeats = 3;

/** first microbatches of a run, whose ops still warm up */
const warmUp = 20;

/**
 * Measures what a pipeline costs: each layer's F, B, W and U alone, each layer a stage in this thread; then a run on two
 * worker threads tells what their working at once adds, what lies between ops, and how long a message takes.
 *
 * @param microbatches  of the run on workers, 50 or more
 */
export async function calibrate(pipeline: Pipeline, microbatches = 300): Promise<Calibration> {
  mustBeWhole(microbatches, 'microbatches to calibrate on', 50);
  const { microbatch = 100, samples, layers: plans } = pipeline;
  const layers: LayerProfile[] = await measuredOps(pipeline, 60);
  const count = Math.min(2, plans.length);
  const few = { ...learningOnly(pipeline), ...someOf(samples, microbatches, microbatch) };
  const costs = layers.map(({ F, B, W, U }) => F + B + W + U);
  const alone = costs.reduce((sum, cost) => sum + cost, 0);
  const seen: Watch[] = [];
  for (let i = 0; i < repeats; i++) {
    const watch = new Watch(count);
    await lastValueFrom(run(few, workers({ count, costs })).pipe(tap((event) => watch.add(event))));
    seen.push(watch);
  }
  const middle = (of: (watch: Watch) => number): number => median(seen.map(of));
  return {
    layers,
    linkLatency: Math.round(middle((watch) => watch.latency())),
    overhead: Math.round(middle((watch) => watch.overhead())),
    contention: count < 2 ? 1 : Math.max(1, middle((watch) => watch.busy()) / alone),
    microbatch,
  };
}

/** Samples for so many microbatches: few are passed over again, or nothing would be left after the warm-up. */
function someOf(samples: Pipeline['samples'], microbatches: number, microbatch: number) {
  if (!isDataset(samples)) return { samples, microbatches };
  const enough = Math.min(samples.count, microbatches * microbatch);
  return {
    samples: firstOf(samples, enough),
    epochs: Math.ceil(microbatches / Math.ceil(enough / microbatch)),
  };
}

/** A pipeline that predicts nothing and passes over its samples once. */
export function learningOnly(pipeline: Pipeline): Pipeline {
  const {
    test: _test,
    heldOut: _heldOut,
    epochs: _epochs,
    microbatches,
    prequential: _all,
    ...rest
  } = pipeline;
  return isDataset(rest.samples)
    ? { ...rest, epochs: 1, runningEvery: 0 }
    : { ...rest, microbatches, runningEvery: 0 };
}

/** How a calibrated pipeline is to be run. */
export interface Configuration {
  readonly schedule: Schedule;
  /** worker threads, 1 … layers */
  readonly workers: number;
  readonly capacity: number;
  /** to learn from, in all */
  readonly microbatches: number;
  /** behind one update, where the schedule flushes */
  readonly flush?: number;
  /** what each layer is taken to cost when layers are shared out; left out, what was measured */
  readonly shares?: readonly number[];
}

/**
 * The scenario that such a run is, by what was calibrated.
 *
 * @throws {RangeError} when there are more workers than layers
 */
export function scenarioOf(calibration: Calibration, configuration: Configuration): Scenario {
  const { schedule, workers: devices, capacity, microbatches, flush = 1, shares } = configuration;
  must(
    devices <= calibration.layers.length,
    'workers',
    `at most ${calibration.layers.length}, the layers`,
    devices,
  );
  const slower = devices > 1 ? calibration.contention : 1;
  const local = schedule.serves.includes('locally');
  const costs = groupsOfProfile(calibration, devices, shares).map((layers): StageCosts => {
    const of = (op: OpKind) => {
      const own = layers.reduce((sum, layer) => sum + layer[op], 0);
      return constant(Math.round(own * slower + calibration.overhead));
    };
    return { F: of('F'), W: of('W'), U: of('U'), ...(local ? {} : { B: of('B') }) };
  });
  const flushed = schedule.updates === 'flush';
  const flushes = flushed ? Math.ceil(microbatches / flush) : 1;
  return {
    ...{ schedule, devices, costs, flushes },
    microbatches: flushed ? Math.min(flush, microbatches) : microbatches,
    ...(flushed && flushes > 1 ? { lastFlush: microbatches - (flushes - 1) * flush } : {}),
    ...(schedule.updates === 'window' && { window: flush }),
    capacity: local ? capacity : Number.POSITIVE_INFINITY,
    blocking: 'before',
    link: { latency: calibration.linkLatency },
  };
}

/** Sums over a run on workers, its first microbatches left out. */
class Watch {
  private readonly stages: {
    busy: number;
    ops: number;
    idle: number;
    from: number;
    to: number;
    microbatches: number;
  }[];
  private readonly sent = new Map<number, number>();
  private readonly latencies: number[] = [];

  constructor(stages: number) {
    this.stages = Array.from({ length: stages }, () => ({
      busy: 0,
      ops: 0,
      idle: 0,
      from: Number.NaN,
      to: 0,
      microbatches: 0,
    }));
  }

  add(event: TraceEvent): void {
    if (event.kind === 'starved' || event.kind === 'blocked') {
      const stage = this.stages[event.stage];
      if (event.start >= stage.from) stage.idle += event.end - event.start;
      return;
    }
    if (event.kind !== 'op') return;
    const stage = this.stages[event.stage];
    if (event.op === 'F') this.hand(event.stage, event.microbatch, event.start, event.end, stage.to);
    if (event.microbatch < warmUp) {
      stage.to = event.end;
      return;
    }
    if (Number.isNaN(stage.from)) stage.from = event.start;
    stage.busy += event.end - event.start;
    stage.ops++;
    stage.to = event.end;
    if (event.op === 'U') stage.microbatches++;
  }

  /** From the end of an F to the beginning of the next stage's, where that was idle when the message was sent. */
  private hand(stage: number, microbatch: number, start: number, end: number, before: number): void {
    const key = (of: number): number => microbatch * this.stages.length + of;
    const sent = this.sent.get(key(stage - 1));
    this.sent.delete(key(stage - 1));
    if (sent !== undefined && before <= sent && start >= sent) this.latencies.push(start - sent);
    if (stage + 1 < this.stages.length) this.sent.set(key(stage), end);
  }

  /** nanoseconds a microbatch that all stages together are busy */
  busy(): number {
    return this.stages.reduce((sum, { busy, microbatches }) => sum + busy / Math.max(1, microbatches), 0);
  }

  /** nanoseconds an op that are neither work nor waiting */
  overhead(): number {
    const rest = this.stages.map(
      ({ from, to, busy, idle, ops }) => Math.max(0, to - from - busy - idle) / Math.max(1, ops),
    );
    return rest.reduce((sum, one) => sum + one, 0) / rest.length;
  }

  /** the lower quartile, for the rest waited for a processor too; 0 where no stage ever waited for a message */
  latency(): number {
    const sorted = this.latencies.sort((a, b) => a - b);
    return sorted[sorted.length >> 2] ?? 0;
  }
}
