import type { ArrivalEvent, OpEvent, PredictionEvent, TraceEvent } from '../../core/trace.ts';

/** One event of the Chrome trace format; `ts` and `dur` are microseconds with nanoseconds as their fraction. */
export type ChromeEvent = Readonly<Record<string, unknown>>;

/** What places a run in the file. */
export interface ChromeRun {
  readonly pid: number;
  readonly stages: number;
  /** nanoseconds on the run's clock, shown as 0 */
  readonly origin: number;
}

/** thread row of the samples' source; stage k has row k + 2, for the viewers give rows 0 a meaning of their own */
const SOURCE = 1;
const rowOf = (stage: number) => stage + 2;
/** what waits are coloured by, in names that Chrome's viewer knows */
export const waitColours = { starved: 'grey', blocked: 'terrible', communicating: 'bad' };

/** The names of a run's process and of its rows, source first. */
export function namesOf(run: ChromeRun, name: string): ChromeEvent[] {
  const stages = Array.from({ length: run.stages }, (_, stage) =>
    nameOfRow(run, rowOf(stage), `stage ${stage}`),
  );
  return [nameOfProcess(run, name), ...nameOfRow(run, SOURCE, 'source'), ...stages.flat()];
}

export function nameOfProcess({ pid }: Pick<ChromeRun, 'pid'>, name: string): ChromeEvent {
  return { ph: 'M', name: 'process_name', pid, tid: SOURCE, args: { name } };
}

/** @param place  rows with a lower one are drawn above; left out, the row's number */
export function nameOfRow(
  { pid }: Pick<ChromeRun, 'pid'>,
  tid: number,
  name: string,
  place = tid,
): ChromeEvent[] {
  return [
    { ph: 'M', name: 'thread_name', pid, tid, args: { name } },
    { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: place } },
  ];
}

/**
 * What Chrome's viewer and Perfetto draw for one event of the trace.
 *
 * An op, a wait and an arrival is a slice; an arrow leads from a microbatch's arrival through its F slices to the last
 * stage; predictions draw the accuracy as a counter. The start and the weights draw nothing.
 *
 * @returns the slice before the arrow's point in it, for a viewer looks for the slice when it meets the point
 */
export function chromeEvents(event: TraceEvent, run: ChromeRun): ChromeEvent[] {
  switch (event.kind) {
    case 'op':
      return opEvents(event, run);
    case 'starved':
    case 'blocked':
      return [
        {
          ...slice(event.kind, 'wait', rowOf(event.stage), event.start, event.end, run),
          cname: waitColours[event.kind],
        },
      ];
    case 'arrival':
      return arrivalEvents(event, run);
    case 'prediction':
      return event.rows === 0 ? [] : [accuracy(event, run)];
    case 'start':
    case 'weights':
    case 'checkpoint':
      return [];
  }
}

function opEvents(event: OpEvent, run: ChromeRun): ChromeEvent[] {
  const { op, stage, microbatch, start, end } = event;
  const { purpose, rows, read, written, versions, held, macs, loss } = event;
  const args = { microbatch, purpose, rows, read, written, versions, held, macs, ...numberOrName(loss) };
  const drawn = { ...slice(`${op} ${microbatch}`, op, rowOf(stage), start, end, run), args };
  return op === 'F'
    ? [drawn, arrow(stage === run.stages - 1 ? 'f' : 't', rowOf(stage), event, run)]
    : [drawn];
}

function arrivalEvents(event: ArrivalEvent, run: ChromeRun): ChromeEvent[] {
  const { microbatch, purpose, of, rows, epoch, start } = event;
  // an arrow starts inside a slice only, so an arrival lasts the shortest time there is: 1 ns
  const drawn = slice(`arrival ${microbatch}`, 'arrival', SOURCE, start, start + 1, run);
  return [
    { ...drawn, args: { microbatch, purpose, ...(of && { of }), rows, epoch } },
    arrow('s', SOURCE, event, run),
  ];
}

function accuracy(event: PredictionEvent, run: ChromeRun): ChromeEvent {
  const name = `accuracy ${event.of} ${event.purpose}`;
  const args = { accuracy: event.correct / event.rows };
  return { ph: 'C', name, cat: 'prediction', pid: run.pid, ts: (event.start - run.origin) / 1e3, args };
}

export function slice(
  name: string,
  cat: string,
  tid: number,
  start: number,
  end: number,
  run: Pick<ChromeRun, 'pid' | 'origin'>,
): ChromeEvent {
  return { ph: 'X', name, cat, pid: run.pid, tid, ts: (start - run.origin) / 1e3, dur: (end - start) / 1e3 };
}

/** Viewers join arrows by `cat`, `name` and `id`, whatever the process: the run and the purpose stand in `cat`. */
function arrow(ph: 's' | 't' | 'f', tid: number, event: OpEvent | ArrivalEvent, run: ChromeRun): ChromeEvent {
  const cat = `run ${run.pid} ${event.purpose}`;
  const ts = (event.start - run.origin) / 1e3;
  const bind = ph === 'f' ? { bp: 'e' } : {};
  return { ph, name: 'microbatch', cat, id: event.microbatch, pid: run.pid, tid, ts, ...bind };
}

/** JSON has no NaN, and a loss that became one must be seen. */
function numberOrName(loss: number | undefined): { loss?: number | string } {
  return loss === undefined ? {} : { loss: Number.isFinite(loss) ? loss : String(loss) };
}
