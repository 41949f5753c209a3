import { setTimeout } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { RestartEvent, TraceEvent } from '../core/trace.ts';
import type { Taken } from '../work/checkpoints/state-taker.ts';
import type { Supervision } from '../work/faults/fault.ts';
import { reasonOf, StageError, stageError } from '../work/stage-error.ts';
import type { Crew } from './crew.ts';
import { type DevicePlan, type PlannedDevices, portsOf } from './device-plan.ts';
import type { Order, Report } from './reporter.ts';
import { RollCall } from './roll-call.ts';
import { anew, rewired } from './supervision/anew.ts';
import { Intensity, Kept } from './supervision/restarts.ts';
import { Told } from './supervision/told.ts';

/** milliseconds for the last reports of a device after its end: a port that never reached its thread closes late */
const lastWordsAtMost = 2000;

/** milliseconds that an ended run waits for its threads to have loaded */
const loadingAtMost = 20_000;

/** Whom devices tell. */
export interface DevicesEvents {
  told(event: TraceEvent): void;
  /** all are ready */
  ready(products: string, kernels: string): void;
  /** what a stage has learned, as a part of a checkpoint of the run */
  state(stage: number, taken: Taken): void;
  /** all that their stages had to do is done */
  done(): void;
  /** a planned fault has struck a device from within */
  struck(fault: number): void;
  /** whether a planned fault has struck */
  hasStruck(fault: number): boolean;
  /** the neighbour of an end of the pipeline has begun anew, with this doorbell */
  rewire(end: 'source' | 'sink', port: MessagePort): void;
  failed(error: StageError): void;
}

/** A device at work, from its start to its end; one that is restarted lives again. */
interface Life {
  readonly plan: DevicePlan;
  readonly control: MessagePort;
  readonly closed: Promise<unknown>;
  thread: number | undefined;
  working: boolean;
  /** what it said before it ended */
  error: StageError | undefined;
  /** of one that begins anew */
  restart?: Omit<RestartEvent, 'end'>;
}

/** The devices of a run: set to work, listened to, and begun anew where they die and are supervised. */
export class Devices {
  private readonly planned: PlannedDevices;
  private readonly crew: Crew;
  private readonly supervision: Supervision | undefined;
  private readonly clock: () => number;
  private readonly events: DevicesEvents;
  private readonly rollCall = new RollCall();
  private readonly lives: Life[] = [];
  private readonly done = new Set<number>();
  private readonly kept = new Kept();
  private readonly told = new Told();
  private readonly intensity: Intensity;
  /** devices that have yet to be ready */
  private unready: number;
  private over = false;

  constructor(
    planned: PlannedDevices,
    crew: Crew,
    { supervision, clock }: { supervision: Supervision | undefined; clock: () => number },
    events: DevicesEvents,
  ) {
    this.planned = planned;
    this.crew = crew;
    this.supervision = supervision;
    this.clock = clock;
    this.events = events;
    this.intensity = new Intensity(supervision ?? {});
    this.unready = planned.devices.length;
  }

  start(): void {
    const { devices, controls } = this.planned;
    for (const device of devices.keys()) this.rollCall.expect(device);
    for (const [device, plan] of devices.entries()) this.live(device, plan, controls[device]);
  }

  /** whether all stages are done */
  get complete(): boolean {
    return this.planned.devices.every(({ stages }) => stages.every(({ stage }) => this.done.has(stage)));
  }

  /** Ends the thread of a stage in the middle of whatever it does. */
  kill(stage: number): void {
    const life = this.lives.find(({ plan }) => plan.stages.some((one) => one.stage === stage));
    if (life?.working && life.thread !== undefined) this.crew.kill?.(life.thread);
  }

  /** Has every device look again: what it waits for may be there. */
  wake(): void {
    const order: Order = { type: 'look' };
    for (const { control } of this.lives) control.postMessage(order);
  }

  /** Lets go of all; resolved when no thread is left. */
  async dismiss(): Promise<void> {
    this.over = true;
    const order: Order = { type: 'stop' };
    for (const { control } of this.lives) control.postMessage(order);
    // a thread that is ended while it loads modules leaves files open: it is given time, if not for ever
    await this.rollCall.wait(loadingAtMost);
    try {
      await this.crew.dismiss();
    } finally {
      for (const { control } of this.lives) control.close();
    }
  }

  /** Sets a device to work, and listens to it. */
  private live(device: number, plan: DevicePlan, control: MessagePort, restart?: Life['restart']): void {
    const closed = new Promise((resolve) => control.once('close', resolve));
    const state = { thread: undefined, working: true, error: undefined };
    const life: Life = { plan, control, closed, ...state, ...(restart && { restart }) };
    this.lives[device] = life;
    control.on('message', (report: Report) => this.hear(device, life, report));
    this.crew.run(plan).then(
      () => this.gone(device, life, 'it ended before its work was done'),
      async (error: unknown) => {
        // plans that could not be sent to their thread have left their ports here
        for (const port of portsOf(plan)) port.close();
        if (life.thread !== undefined) await this.crew.gone?.(life.thread);
        await this.gone(device, life, `its thread died before its work was done: ${reasonOf(error)}`);
      },
    );
  }

  private hear(device: number, life: Life, report: Report): void {
    if (report.type === 'loaded' || report.type === 'failed') this.rollCall.spoke(device);
    if (report.type === 'loaded') life.thread = report.thread;
    if (this.over || report.type === 'loaded') return;
    if (report.type === 'events') {
      for (const event of report.events) this.tell(event);
      const taken: Order = { type: 'taken' };
      life.control.postMessage(taken);
    } else if (report.type === 'failed') {
      life.error = stageError(report.error);
      if (!this.mayRestart) this.events.failed(life.error);
    } else if (report.type === 'ready') this.ready(life, report);
    else if (report.type === 'state') this.keep(life, report);
    else if (report.type === 'struck') this.events.struck(report.fault);
    else {
      this.done.add(report.stage);
      if (this.complete) this.events.done();
    }
  }

  private tell(event: TraceEvent): void {
    const told = this.supervision ? this.told.again(event) : event;
    if (told) this.events.told(told);
  }

  /** whether a device that ends too early begins anew: not before all have been ready once */
  private get mayRestart(): boolean {
    return this.supervision !== undefined && this.unready === 0;
  }

  private ready({ plan, restart }: Life, report: Extract<Report, { type: 'ready' }>): void {
    if (restart === undefined) {
      if (--this.unready === 0) this.events.ready(report.products, report.kernels);
      return;
    }
    for (const [i, { stage, begun, flush }] of plan.stages.entries())
      this.told.beginsAnew(stage, begun.learned, Math.ceil(begun.learned / flush), report.predicted[i]);
    this.events.told({ ...restart, end: this.clock() });
  }

  private keep({ plan }: Life, { stage, ...taken }: Extract<Report, { type: 'state' }>): void {
    const stages = plan.stages.map((one) => one.stage);
    if (taken.forRestart) this.kept.keep(stage, taken.count - plan.stages[0].from, taken.state, stages);
    if (taken.forRun) this.events.state(stage, taken);
  }

  /** A device has ended: unless its stages have said that they are done, it begins anew, or the run has failed. */
  private async gone(device: number, life: Life, reason: string): Promise<void> {
    life.working = false;
    // its port closes after the last of its reports, so one that explains the end is heard first
    await Promise.race([life.closed, setTimeout(lastWordsAtMost, undefined, { ref: false })]);
    this.rollCall.spoke(device);
    const undone = life.plan.stages.filter(({ stage }) => !this.done.has(stage));
    if (this.over || undone.length === 0) return;
    const [microbatch, at] = life.plan.progress;
    const stage = undone.some((plan) => plan.stage === at) ? at : undone[0].stage;
    const place = { stage, microbatch: microbatch < 0 ? undefined : microbatch };
    const why = life.error ?? new StageError(place, reason);
    const exceeded = this.mayRestart ? this.intensity.exceededBy(device, this.clock()) : undefined;
    if (exceeded !== undefined)
      this.events.failed(new StageError(why.place, `${exceeded}; the last reason: ${why.message}`, why));
    else if (this.mayRestart) this.restart(device, life, why.message);
    else this.events.failed(why);
  }

  private restart(device: number, { plan }: Life, reason: string): void {
    const stages = plan.stages.map(({ stage }) => stage);
    const learned = this.kept.common(stages);
    const start = this.clock();
    const states = stages.map((stage) => this.kept.state(stage, learned));
    const control = new MessageChannel();
    const next = anew(plan, learned, states, control.port2, this.planned.wires, this.events.hasStruck);
    for (const wire of next.wires) {
      const peer = this.lives.find((life) => life.plan.stages.some(({ stage }) => stage === wire.peer.stage));
      rewired(wire, peer?.working ? peer.control : undefined, this.events);
    }
    this.rollCall.expect(device);
    const from = plan.stages[0].from + learned;
    this.live(device, next.plan, control.port1, { kind: 'restart', device, stages, from, reason, start });
  }
}
