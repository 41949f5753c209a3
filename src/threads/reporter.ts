import type { MessagePort } from 'node:worker_threads';
import type { TraceEvent } from '../core/trace.ts';
import type { PlainError } from '../work/stage-error.ts';

/** What a stage tells whoever runs it. */
export type Report =
  | { readonly type: 'ready'; readonly tile: string; readonly kernels: string }
  | { readonly type: 'events'; readonly events: readonly TraceEvent[] }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: PlainError };

/** What whoever runs a stage tells it. */
export type Order = { readonly type: 'stop' };

/** Sends a stage's trace over its port, many events a message, in order. */
export class Reporter {
  private readonly port: MessagePort;
  private readonly batch: number;
  private waiting: TraceEvent[] = [];
  private oldest = 0;

  /** @param batch  events that may wait before they are sent */
  constructor(port: MessagePort, batch = 64) {
    this.port = port;
    this.batch = batch;
  }

  event(event: TraceEvent): void {
    if (this.waiting.length === 0 && 'end' in event) this.oldest = event.end;
    this.waiting.push(event);
    if (this.waiting.length >= this.batch) this.flush();
  }

  /** Sends what waits if the oldest has waited for `age` nanoseconds. */
  flushOlder(now: number, age: number): void {
    if (this.waiting.length > 0 && now - this.oldest > age) this.flush();
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const events = this.waiting;
    this.waiting = []; // before sending: an event that can't be sent must not stand in the way of those after it
    this.send({ type: 'events', events });
  }

  send(report: Report): void {
    this.port.postMessage(report);
  }
}
