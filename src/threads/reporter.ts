import type { MessagePort } from 'node:worker_threads';
import type { State } from '../core/state.ts';
import type { TraceEvent } from '../core/trace.ts';
import type { PlainError } from '../work/stage-error.ts';

/** What a device tells whoever runs it. */
export type Report =
  | { readonly type: 'loaded' }
  | { readonly type: 'ready'; readonly products: string; readonly kernels: string }
  | { readonly type: 'events'; readonly events: readonly TraceEvent[] }
  | { readonly type: 'state'; readonly stage: number; readonly microbatch: number; readonly state: State }
  | { readonly type: 'done'; readonly stage: number }
  | { readonly type: 'failed'; readonly error: PlainError };

/** What whoever runs a device tells it: to stop at once, or that it has taken one report of events. */
export type Order = { readonly type: 'stop' } | { readonly type: 'taken' };

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
    if (this.waiting.length === 0) return;
    const events = this.waiting;
    this.waiting = []; // before sending: an event that can't be sent must not stand in the way of those after it
    this.underWay++;
    this.send({ type: 'events', events });
  }

  send(report: Report): void {
    // a state is made of copies: its memory may go with it
    const arrays = report.type === 'state' ? Object.values(report.state) : [];
    this.port.postMessage(report, [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))]);
  }
}
