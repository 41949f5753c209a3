import type { MessagePort } from 'node:worker_threads';
import type { TraceEvent } from '../core/trace.ts';
import type { StageEnds } from '../work/channels/stage-channels.ts';
import type { Taken } from '../work/checkpoints/state-taker.ts';
import type { PlainError } from '../work/stage-error.ts';

/** What a device tells whoever runs it. */
export type Report =
  /** its modules are loaded, on this thread */
  | { readonly type: 'loaded'; readonly thread: number }
  /** its stages are made; of each, the predictions that were made before a restart */
  | {
      readonly type: 'ready';
      readonly products: string;
      readonly kernels: string;
      readonly predicted: readonly number[];
    }
  | { readonly type: 'events'; readonly events: readonly TraceEvent[] }
  | ({ readonly type: 'state'; readonly stage: number } & Taken)
  /** a planned fault has struck: its place among those of the run */
  | { readonly type: 'struck'; readonly fault: number }
  | { readonly type: 'done'; readonly stage: number }
  | { readonly type: 'failed'; readonly error: PlainError };

/** What whoever runs a device tells it: to stop at once, that it has taken one report of events, to look again, or that a neighbour begins anew. */
export type Order =
  | { readonly type: 'stop' }
  | { readonly type: 'taken' }
  | { readonly type: 'look' }
  | {
      readonly type: 'rewire';
      readonly stage: number;
      readonly end: keyof StageEnds;
      readonly port: MessagePort;
    };

/** events that may wait before they are sent */
const batch = 64;
/** reports of events that may lie on the port: a device with more waits until some are taken */
const reportsAtMost = 64;

/** Sends a device's trace over its port, many events a report, in order, no faster than they are taken. */
export class Reporter {
  private readonly port: MessagePort;
  private waiting: TraceEvent[] = [];
  private oldest = 0;
  private underWay = 0;
  /** called when all events so far have been sent */
  flushed: () => void = () => {};

  constructor(port: MessagePort) {
    this.port = port;
  }

  /** whether the reader keeps up: without it the device runs no op */
  get credit(): boolean {
    return this.underWay < reportsAtMost;
  }

  /** The reader has taken one report of events. */
  taken(): void {
    this.underWay--;
  }

  event(event: TraceEvent): void {
    if (this.waiting.length === 0 && 'end' in event) this.oldest = event.end;
    this.waiting.push(event);
    if (this.waiting.length >= batch) this.flush();
  }

  /** Sends what waits if the oldest has waited for `age` nanoseconds. */
  flushOlder(now: number, age: number): void {
    if (this.waiting.length > 0 && now - this.oldest > age) this.flush();
  }

  flush(): void {
    const events = this.waiting;
    if (events.length > 0) {
      this.waiting = []; // before sending: an event that can't be sent must not stand in the way of those after it
      this.underWay++;
      this.send({ type: 'events', events });
    }
    this.flushed();
  }

  send(report: Report): void {
    // a state is made of copies: its memory may go with it
    const arrays = report.type === 'state' ? Object.values(report.state) : [];
    this.port.postMessage(report, [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))]);
  }
}
