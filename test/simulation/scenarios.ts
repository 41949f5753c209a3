import { make } from '../../src/core/plan.ts';
import type { OpKind } from '../../src/core/trace.ts';
import { constant } from '../../src/distributions/constant.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { chimera } from '../../src/schedules/chimera.ts';
import { dualpipe } from '../../src/schedules/dualpipe.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { paci } from '../../src/schedules/paci.ts';
import { partime } from '../../src/schedules/partime.ts';
import { pffAllLayers } from '../../src/schedules/pff-all-layers.ts';
import { pffSingleLayer } from '../../src/schedules/pff-single-layer.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { pipedream2bw } from '../../src/schedules/pipedream-2bw.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { stream } from '../../src/schedules/stream.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { zbH2 } from '../../src/schedules/zb-h2.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import type { EndedOp, Onlooker } from '../../src/simulation/onlooker.ts';
import type { Scenario, StageCosts } from '../../src/simulation/scenario.ts';

export const ms = 1e6;

/** All schedules, ready to be simulated, by what they are called here. */
export const schedules = {
  stream: await make<Schedule>(stream()),
  blocking: await make<Schedule>(blocking()),
  gpipe: await make<Schedule>(gpipe()),
  recompute: await make<Schedule>(gpipe({ recompute: true })),
  oneFOneB: await make<Schedule>(oneFOneB()),
  interleaved: await make<Schedule>(interleaved()),
  overlooking: await make<Schedule>(interleaved({ wraps: 'first' })),
  zbH1: await make<Schedule>(zbH1()),
  zbH2: await make<Schedule>(zbH2()),
  zbV: await make<Schedule>(zbV()),
  chimera: await make<Schedule>(chimera()),
  dualpipe: await make<Schedule>(dualpipe()),
  pipedream: await make<Schedule>(pipedream()),
  pipedream2bw: await make<Schedule>(pipedream2bw()),
  paci: await make<Schedule>(paci()),
  partime: await make<Schedule>(partime()),
  pffSingleLayer: await make<Schedule>(pffSingleLayer()),
  pffAllLayers: await make<Schedule>(pffAllLayers()),
};

export const each = Object.entries(schedules);

export async function looped(chunks: number): Promise<Schedule> {
  return make<Schedule>(interleaved({ chunks }));
}

/** Costs that never vary, in nanoseconds; what is left out takes no time. */
export function fixed(times: Partial<Record<OpKind, number>>): StageCosts {
  const { F = 0, ...others } = times;
  const rest = Object.entries(others).map(([op, time]) => [op, constant(time)]);
  return { F: constant(F), ...Object.fromEntries(rest) };
}

/** A scenario of four devices and eight microbatches, every op of 10 ns, and what is to be otherwise. */
export function scenario(schedule: Schedule, change: Partial<Scenario> = {}): Scenario {
  return { schedule, devices: 4, microbatches: 8, costs: fixed({ F: 10, B: 10, W: 10 }), ...change };
}

/** Keeps everything that it sees. */
export class Scribe implements Onlooker {
  readonly ops: EndedOp[] = [];
  readonly waits: { device: number; why: number; start: number; end: number }[] = [];
  readonly comings: { path: number; microbatch: number; at: number }[] = [];
  readonly goings: { path: number; entered: number; at: number }[] = [];
  lostAt: number[] = [];

  ended(op: EndedOp): void {
    this.ops.push(op);
  }

  waited(device: number, why: number, start: number, end: number): void {
    this.waits.push({ device, why, start, end });
  }

  entered(path: number, microbatch: number, at: number): void {
    this.comings.push({ path, microbatch, at });
  }

  left(path: number, entered: number, at: number): void {
    this.goings.push({ path, entered, at });
  }

  lost(_path: number, at: number): void {
    this.lostAt.push(at);
  }

  /** the ops of one kind on a stage, in order */
  of(stage: number, op: OpKind): EndedOp[] {
    return this.ops.filter((one) => one.stage === stage && one.op === op);
  }

  /** `F 0-10` for each op of a device that takes time */
  timeline(device: number): string {
    return this.ops
      .filter((one) => one.device === device && one.end > one.start)
      .map(({ op, start, end }) => `${op} ${start}-${end}`)
      .join(', ');
  }
}
