import type { ChromeEvent } from './chrome-event.ts';

/** What breaks a rule of the Trace Event Format: *thing must be rule; got value.* */
export interface TraceFault {
  readonly thing: string;
  readonly rule: string;
  readonly got: string;
}

/** What each phase must have beside `ph`; `f` and `t` and `s` are the points of an arrow. */
const required: Readonly<Record<string, readonly string[]>> = {
  X: ['name', 'pid', 'tid', 'ts', 'dur'],
  i: ['name', 'pid', 'tid', 'ts'],
  C: ['name', 'pid', 'ts', 'args'],
  M: ['name', 'pid', 'args'],
  ...{ s: ['name', 'cat', 'id', 'pid', 'tid', 'ts'] },
  ...{ t: ['name', 'cat', 'id', 'pid', 'tid', 'ts'] },
  ...{ f: ['name', 'cat', 'id', 'pid', 'tid', 'ts'] },
};

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The first event of a trace that a viewer could not draw as it is meant: a phase that the trace has not, a field that is missing, a
 * time below 0, slices of a row that overlap without the one lying in the other, an arrow that has no beginning or no end, goes back in
 * time, or has a point in no slice.
 *
 * @returns undefined where every rule holds
 * @see the Trace Event Format, Google 2016: phases, flow events, nesting
 */
export function traceFault(events: readonly ChromeEvent[]): TraceFault | undefined {
  const rows = new Map<string, Span[]>();
  const arrows = new Map<string, ChromeEvent[]>();
  for (const event of events) {
    const fault = fieldFault(event);
    if (fault !== undefined) return fault;
    if (event.ph === 'X') listIn(rows, rowOf(event)).push(spanOf(event));
    if (isPoint(event)) listIn(arrows, JSON.stringify([event.cat, event.name, event.id])).push(event);
  }
  for (const [row, spans] of rows) {
    spans.sort((a, b) => a.start - b.start || b.end - a.end);
    const fault = nestingFault(row, spans);
    if (fault !== undefined) return fault;
  }
  for (const points of arrows.values()) {
    const fault = arrowFault(points, rows);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function fieldFault(event: ChromeEvent): TraceFault | undefined {
  const { ph, ts, dur } = event;
  const fields = typeof ph === 'string' ? required[ph] : undefined;
  const got = JSON.stringify(event).slice(0, 200);
  if (fields === undefined)
    return { thing: 'ph of an event', rule: `one of ${Object.keys(required).join(', ')}`, got };
  const missing = fields.find((field) => event[field] === undefined || event[field] === null);
  if (missing !== undefined) return { thing: `${missing} of an event '${ph}'`, rule: 'there', got };
  for (const [name, time] of Object.entries({ ts, dur }))
    if (fields.includes(name) && !(typeof time === 'number' && time >= 0))
      return { thing: `${name} of an event '${ph}'`, rule: 'microseconds, 0 or more', got };
  return undefined;
}

/** Slices in the order of their starts, those that end later first. */
function nestingFault(row: string, spans: readonly Span[]): TraceFault | undefined {
  const around: Span[] = [];
  for (const span of spans) {
    while (around.length > 0 && around[around.length - 1].end <= span.start) around.pop();
    const outer = around.at(-1);
    if (outer !== undefined && span.end > outer.end)
      return {
        thing: `slice at ${span.start} ns in row ${row}`,
        rule: 'within the one that it begins in',
        got: `an end ${span.end - outer.end} ns after it`,
      };
    around.push(span);
  }
  return undefined;
}

/** The points of one arrow, in the order of the file. */
function arrowFault(
  points: readonly ChromeEvent[],
  rows: ReadonlyMap<string, readonly Span[]>,
): TraceFault | undefined {
  const [{ cat, name, id }] = points;
  const thing = `arrow ${name} ${id} of ${cat}`;
  const ordered = points.toSorted((a, b) => (a.ts as number) - (b.ts as number));
  const phases = ordered.map(({ ph }) => ph).join('');
  if (!/^st*f$/.test(phases))
    return { thing, rule: 'one beginning, points between, and one end', got: phases.slice(0, 20) };
  const loose = points.find((point) => !covers(rows.get(rowOf(point)) ?? [], nanoseconds(point.ts)));
  return (
    loose && { thing, rule: 'of points that each lie in a slice', got: JSON.stringify(loose).slice(0, 200) }
  );
}

/** Whether a slice of a row covers a moment; the spans are sorted by their starts. */
function covers(spans: readonly Span[], at: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle].start <= at) low = middle + 1;
    else high = middle;
  }
  // of nested slices the innermost may have ended
  for (let i = low - 1; i >= 0 && i >= low - 64; i--) if (at < spans[i].end) return true;
  return false;
}

function isPoint({ ph }: ChromeEvent): boolean {
  return ph === 's' || ph === 't' || ph === 'f';
}

function rowOf({ pid, tid }: ChromeEvent): string {
  return `${pid}/${tid}`;
}

function spanOf({ ts, dur }: ChromeEvent): Span {
  return { start: nanoseconds(ts), end: nanoseconds(ts) + nanoseconds(dur) };
}

/** microseconds have a fraction of whole nanoseconds */
function nanoseconds(microseconds: unknown): number {
  return Math.round(1e3 * (microseconds as number));
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
