import type { LayerFigures, OpEvent } from '../core/trace.ts';

/** What an op did: all that the trace tells of it but the time it took. */
export type OpDone = Omit<OpEvent, 'kind' | 'start' | 'end' | 'loss' | 'layers'> & {
  readonly loss: number | undefined;
  readonly layers: readonly LayerFigures[];
};

/** What an op did, with its times. It is told for every op, so it is written out: to spread one object into another is slow. */
export function opEvent(done: OpDone, start: number, end: number): OpEvent {
  const { op, stage, microbatch, purpose, rows, read, written, versions, held, macs, loss, layers } = done;
  const event: { -readonly [key in keyof OpEvent]: OpEvent[key] } = {
    kind: 'op',
    op,
    stage,
    microbatch,
    purpose,
    rows,
    read,
    written,
    versions,
    held,
    macs,
    start,
    end,
  };
  if (loss !== undefined) event.loss = loss;
  if (layers.length > 0) event.layers = layers;
  return event;
}
