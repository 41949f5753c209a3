import { readFileSync } from 'node:fs';

/** An event of a Chrome trace file, as far as tests look at it. */
export interface Chrome {
  readonly ph: string;
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly id: number;
  readonly cname?: string;
  readonly args: Record<string, unknown>;
}

export interface Checked {
  readonly events: readonly Chrome[];
  readonly otherData: {
    readonly events: number;
    readonly limit: number;
    readonly dropped: number;
    readonly runs: readonly { readonly name: string; readonly events: number; readonly dropped: number }[];
  };
  /** what is wrong, each kind once with the first event that has it; empty where nothing is */
  readonly faults: readonly string[];
}

/** whole nanoseconds, for microseconds have a fraction */
export const startOf = ({ ts }: Chrome): number => Math.round(1e3 * ts);
export const endOf = ({ ts, dur }: Chrome): number => Math.round(1e3 * ts) + Math.round(1e3 * dur);

export function grouped<K>(
  events: readonly Chrome[],
  by: (event: Chrome) => K,
): ReadonlyMap<K, readonly Chrome[]> {
  const groups = new Map<K, Chrome[]>();
  for (const event of events) {
    const group = groups.get(by(event));
    if (group) group.push(event);
    else groups.set(by(event), [event]);
  }
  return groups;
}

const rowOf = ({ pid, tid }: Chrome): string => `${pid}/${tid}`;

/**
 * Checks a Chrome trace file as a viewer will read it: no time is below 0 or finer than a nanosecond, or goes back in its row; every row has a name,
 * slices of a row neither overlap nor nest nor take no time, and every arrow has one beginning, one end, goes forward in
 * time, and has each of its points inside a slice that stands before it in the file.
 */
export function checkTrace(path: string): Checked {
  const { traceEvents, otherData } = JSON.parse(readFileSync(path, 'utf8')) as {
    traceEvents: Chrome[];
    otherData: Checked['otherData'];
  };
  const faults = new Map<string, string>();
  const fault = (what: string, event: Chrome): void => {
    if (!faults.has(what)) faults.set(what, `${what}: ${JSON.stringify(event)}`);
  };
  const drawn = traceEvents.filter(({ ph }) => ph !== 'M');
  for (const event of drawn) {
    for (const time of event.ph === 'X' ? [event.ts, event.dur] : [event.ts]) {
      if (time < 0) fault('a time below 0', event);
      if (Math.abs(1e3 * time - Math.round(1e3 * time)) > 1e-3) fault('finer than 1 ns', event);
    }
  }
  for (const inRow of grouped(drawn, rowOf).values()) {
    const back = inRow.find((event, i) => i > 0 && event.ts < inRow[i - 1].ts);
    if (back) fault('a time that goes back', back);
  }
  const named = new Set(traceEvents.filter(({ name }) => name === 'thread_name').map(rowOf));
  const rows = new Map<string, Chrome[]>();
  for (const [row, slices] of grouped(
    drawn.filter(({ ph }) => ph === 'X'),
    rowOf,
  )) {
    const sorted = slices.toSorted((a, b) => startOf(a) - startOf(b) || endOf(b) - endOf(a));
    rows.set(row, sorted);
    if (!named.has(row)) fault('a row without a name', sorted[0]);
    for (const [i, slice] of sorted.entries()) {
      if (endOf(slice) === startOf(slice)) fault('a slice that takes no time', slice);
      if (i === 0 || startOf(slice) >= endOf(sorted[i - 1])) continue;
      fault(endOf(slice) > endOf(sorted[i - 1]) ? 'an overlap' : 'a nested slice', slice);
    }
  }
  const places = new Map(traceEvents.map((event, i) => [event, i]));
  const points = drawn.filter(({ ph }) => 'stf'.includes(ph));
  for (const arrow of grouped(points, ({ cat, name, id }) => `${cat} ${name} ${id}`).values()) {
    const phases = arrow.map(({ ph }) => ph).join('');
    if (!/^st*f$/.test(phases)) fault(`an arrow of points ${phases.slice(0, 9)}`, arrow[0]);
    for (const [i, point] of arrow.entries()) {
      if (i > 0 && startOf(point) < startOf(arrow[i - 1])) fault('an arrow back in time', point);
      const slice = sliceAt(rows.get(rowOf(point)) ?? [], startOf(point));
      if (slice === undefined) fault('a point in no slice', point);
      else if ((places.get(slice) ?? 0) > (places.get(point) ?? 0)) fault('a point before its slice', point);
    }
  }
  return { events: traceEvents, otherData, faults: [...faults.values()] };
}

/** The slice of a row that covers a moment. */
export function sliceAt(sorted: readonly Chrome[], at: number): Chrome | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(sorted[middle]) <= at) low = middle + 1;
    else high = middle;
  }
  const slice = sorted[low - 1];
  return slice !== undefined && at < endOf(slice) ? slice : undefined;
}
