import type {
  ArrivalEvent,
  OpEvent,
  OpKind,
  PredictionEvent,
  StartEvent,
  WaitEvent,
} from '../../src/core/trace.ts';

// Events by hand, times in nanoseconds.

export const start = (stages: number, at = 0): StartEvent => ({
  kind: 'start',
  stages,
  tile: 'plain',
  kernels: 'plain',
  start: at,
});

export const arrival = (microbatch: number, at: number, of: Partial<ArrivalEvent> = {}): ArrivalEvent => ({
  kind: 'arrival',
  microbatch,
  purpose: 'learn',
  rows: 100,
  epoch: 0,
  start: at,
  ...of,
});

export const op = (
  op: OpKind,
  stage: number,
  microbatch: number,
  from: number,
  to: number,
  of: Partial<OpEvent> = {},
): OpEvent => ({
  kind: 'op',
  op,
  stage,
  microbatch,
  purpose: 'learn',
  rows: 100,
  start: from,
  end: to,
  read: 0,
  written: 0,
  versions: 1,
  held: 0,
  macs: 0,
  ...of,
});

export const wait = (kind: WaitEvent['kind'], stage: number, from: number, to: number): WaitEvent => ({
  kind,
  stage,
  start: from,
  end: to,
});

export const prediction = (of: PredictionEvent['of'], rows: number, correct: number): PredictionEvent => ({
  kind: 'prediction',
  microbatch: 0,
  purpose: 'goodness',
  epoch: 1,
  of,
  rows,
  correct,
  predicted: new Uint8Array(rows),
  start: 0,
});
