import type { MessagePort } from 'node:worker_threads';
import type { Observable } from 'rxjs';
import type { Purpose } from '../../core/trace.ts';
import type { Microbatch } from '../../data/microbatch.ts';
import type { ChannelSender } from '../channels/channel.ts';
import { Panel } from './panel.ts';

/** How an edge may be limited while it is used. */
export interface Limit {
  /** of the controls */
  readonly memory: SharedArrayBuffer;
  /** microbatches that the edge must take so that its stages do not wait for each other for ever */
  readonly least: number;
}

/** A sending end that knows how much it has sent that was not yet given back. */
export interface CountingSender extends ChannelSender {
  readonly lying: number;
}

/**
 * A sending end whose credit can be limited while it is used. Whoever sleeps for want of credit is woken by the link where a
 * microbatch is given back, and by the run where the limit is raised.
 */
export class LimitedSender implements ChannelSender {
  readonly credits: Observable<number>;
  private readonly edge: CountingSender;
  private readonly panel: Panel;
  private readonly least: number;

  constructor(edge: CountingSender, { memory, least }: Limit) {
    this.edge = edge;
    this.credits = edge.credits;
    this.panel = new Panel(memory);
    this.least = least;
  }

  /** slots free to be filled, ≥ 0 */
  get credit(): number {
    const left = Math.max(this.panel.limit, this.least) - this.edge.lying;
    return Math.max(0, Math.min(this.edge.credit, left));
  }

  needsNoCredit(purpose: Purpose): boolean {
    return this.edge.needsNoCredit?.(purpose) ?? false;
  }

  claim(purpose?: Purpose): Microbatch | undefined {
    const may = this.credit > 0 || (purpose !== undefined && this.needsNoCredit(purpose));
    return may ? this.edge.claim(purpose) : undefined;
  }

  send(): void {
    this.edge.send();
  }

  sleep(): boolean {
    this.edge.sleep();
    return this.credit > 0;
  }

  close(): void {
    this.edge.close();
  }

  release(): void {
    this.edge.release();
  }

  rewire(port: MessagePort): void {
    this.edge.rewire?.(port);
  }
}
