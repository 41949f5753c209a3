import type { Step } from '../../schedules/schedule.ts';
import type { ResolvedScenario } from '../scenario.ts';
import { codeOf } from './durations.ts';
import type { Stages } from './stages.ts';

/** How far each device has come in its fixed order, flush after flush. */
export class Orders {
  /** the next step: 4 · stage + op, or −1 at the end  [devices] */
  readonly head: Int32Array;
  /** whether the next step is a B whose gradient waits for its W  [devices] */
  readonly late: Uint8Array;
  /** [devices] */
  readonly flush: Int32Array;
  private readonly scenario: ResolvedScenario;
  private readonly stages: Stages;
  private readonly steps: Iterator<Step>[];

  constructor(scenario: ResolvedScenario, stages: Stages) {
    const { devices } = scenario;
    this.scenario = scenario;
    this.stages = stages;
    this.head = new Int32Array(devices);
    this.late = new Uint8Array(devices);
    this.flush = new Int32Array(devices);
    this.steps = Array.from({ length: devices }, (_, device) => this.begin(device));
    for (let device = 0; device < devices; device++) this.advance(device);
  }

  get over(): boolean {
    return this.head.every((head) => head < 0);
  }

  advance(device: number): void {
    let next = this.steps[device].next();
    while (next.done && ++this.flush[device] < this.scenario.flushes) {
      this.steps[device] = this.begin(device);
      next = this.steps[device].next();
    }
    this.late[device] = !next.done && next.value.late === true ? 1 : 0;
    this.head[device] = next.done
      ? -1
      : 4 * this.stages.ofDevice[device][next.value.chunk] + codeOf(next.value.op);
  }

  private begin(device: number): Iterator<Step> {
    const { flushes, lastFlush, microbatches } = this.scenario;
    const last = this.flush[device] + 1 === flushes;
    return orderOf(this.scenario, device, last ? lastFlush : microbatches)[Symbol.iterator]();
  }
}

/** What one device does in one flush. */
export function orderOf(
  { devices, window, stages, meanLatency, schedule }: ResolvedScenario,
  device: number,
  microbatches: number,
): Iterable<Step> {
  const { F, B, W } = stages[device];
  const costs = { F: F.mean, B: B?.mean ?? 0, W: W?.mean ?? 0, latency: meanLatency };
  return schedule.order?.({ device, devices, microbatches, window, costs }) ?? [];
}
