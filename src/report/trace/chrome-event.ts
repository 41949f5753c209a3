import type { OpEvent, PredictionEvent, StartEvent, TallyEvent } from '../../core/trace.ts';

/** One event of the Chrome trace format; `ts` and `dur` are microseconds with nanoseconds as their fraction. */
export type ChromeEvent = Readonly<Record<string, unknown>>;

/** What a run is drawn with: its start event, or as much of it as is known. */
export type RunShape = Pick<StartEvent, 'stages' | 'placement' | 'messages'> & {
  /** nanoseconds on the run's clock that are drawn as 0; what happened earlier is cut off. Left out, 0 */
  readonly start?: number;
};

/** A run in the file: its process, and its time 0 in nanoseconds on the run's clock. */
export interface Frame {
  readonly pid: number;
  readonly origin: number;
}

/** A point of an arrow: row, and nanoseconds on the run's clock. */
export interface Point {
  readonly tid: number;
  readonly at: number;
}

/** Row of what comes from outside. Viewers give row 0 a meaning of its own, so rows begin at 1. */
export const SOURCE = 1;

const waitColours = { starved: 'grey', blocked: 'terrible', communicating: 'bad' } as const;

export function nameOfProcess(pid: number, name: string): ChromeEvent {
  return { ph: 'M', name: 'process_name', pid, tid: SOURCE, args: { name } };
}

/** @param position  rows with a lower one are drawn above */
export function nameOfRow(pid: number, tid: number, name: string, position: number): ChromeEvent[] {
  return [
    { ph: 'M', name: 'thread_name', pid, tid, args: { name } },
    { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: position } },
  ];
}

/** @param name  `F 17` in a row of one stage, `2F17` in a row of several */
export function opSlice(event: OpEvent, name: string, tid: number, frame: Frame): ChromeEvent {
  const { op, stage, microbatch, purpose, rows, read, written, versions, held, macs, loss } = event;
  const counted = { rows, read, written, versions, held, macs };
  const args = { stage, microbatch, purpose, ...counted, ...numberOrName(loss) };
  return { ...slice(name, op, tid, event, frame), args };
}

export function waitSlice(
  kind: keyof typeof waitColours,
  tid: number,
  span: { readonly start: number; readonly end: number },
  frame: Frame,
): ChromeEvent {
  return { ...slice(kind, 'wait', tid, span, frame), cname: waitColours[kind] };
}

/** The samples that wait in front of an open line, as a point of a curve. */
export function inFront({ waiting, start }: TallyEvent, frame: Frame): ChromeEvent {
  const args = { samples: waiting };
  return { ph: 'C', name: 'waiting in front', cat: 'tally', pid: frame.pid, ts: since(start, frame), args };
}

/** The share of correct predictions, as a point of a curve. */
export function accuracy(event: PredictionEvent, frame: Frame): ChromeEvent {
  const name = `accuracy ${event.of} ${event.purpose}`;
  const args = { accuracy: event.correct / event.rows };
  return { ph: 'C', name, cat: 'prediction', pid: frame.pid, ts: since(event.start, frame), args };
}

export function slice(
  name: string,
  cat: string,
  tid: number,
  { start, end }: { readonly start: number; readonly end: number },
  frame: Frame,
): ChromeEvent {
  const from = Math.max(start, frame.origin);
  return { ph: 'X', name, cat, pid: frame.pid, tid, ts: since(from, frame), dur: (end - from) / 1e3 };
}

/** A mark that takes no time, so nothing can be nested in it. */
export function mark(name: string, cat: string, tid: number, at: number, frame: Frame): ChromeEvent {
  return { ph: 'i', s: 't', name, cat, pid: frame.pid, tid, ts: since(at, frame) };
}

/**
 * An arrow through two points or more, in the order of time. Viewers join its points by `cat`, `name` and `id`, whatever
 * the process.
 */
export function arrow(
  name: string,
  cat: string,
  id: number,
  points: readonly Point[],
  frame: Frame,
): ChromeEvent[] {
  return points.map(({ tid, at }, i) => {
    const ph = i === 0 ? 's' : i === points.length - 1 ? 'f' : 't';
    const bind = ph === 'f' ? { bp: 'e' } : {};
    return { ph, name, cat, id, pid: frame.pid, tid, ts: since(at, frame), ...bind };
  });
}

function since(at: number, { origin }: Frame): number {
  return (at - origin) / 1e3;
}

/** JSON has no NaN, and a loss that became one must be seen. */
function numberOrName(loss: number | undefined): { loss?: number | string } {
  return loss === undefined ? {} : { loss: Number.isFinite(loss) ? loss : String(loss) };
}
