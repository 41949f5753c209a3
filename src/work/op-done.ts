import type { OpEvent } from '../core/trace.ts';

/** What an op did: all that the trace tells of it but the time it took. */
export type OpDone = Omit<OpEvent, 'kind' | 'start' | 'end' | 'loss'> & { readonly loss: number | undefined };

/** What an op did, with its times. It is told for every op, so it is written out: to spread one object into another is slow. */
export function opEvent(done: OpDone, start: number, end: number): OpEvent {
  const { op, stage, microbatch, purpose, rows, read, written, versions, held, macs, loss } = done;
  const kind = 'op';
  return loss === undefined
    ? { kind, op, stage, microbatch, purpose, rows, read, written, versions, held, macs, start, end }
    : { kind, op, stage, microbatch, purpose, rows, read, written, versions, held, macs, loss, start, end };
}
