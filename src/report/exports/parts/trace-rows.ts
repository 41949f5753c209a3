import type { ChromeEvent } from '../../trace/chrome-event.ts';

/** An event of a trace as a row: slices (`X`), marks (`i`) and points of curves (`C`); arrows and names are left out. */
export interface TraceRow {
  readonly file: string;
  /** name of its process: of the network */
  readonly run?: string | undefined;
  /** name of its row: `stage 0`, `source` */
  readonly row?: string | undefined;
  readonly phase: string;
  readonly category?: string | undefined;
  readonly name?: string | undefined;
  /** microseconds */
  readonly start_us: number;
  readonly duration_us?: number | undefined;
  readonly stage?: number | undefined;
  readonly microbatch?: number | undefined;
  readonly purpose?: string | undefined;
  readonly rows?: number | undefined;
  /** number of updates behind the weights that it read, and wrote */
  readonly read?: number | undefined;
  readonly written?: number | undefined;
  readonly versions?: number | undefined;
  readonly held?: number | undefined;
  readonly macs?: number | undefined;
  readonly loss?: number | undefined;
  readonly accuracy?: number | undefined;
}

/** The rows of a trace file, in its order. What is of another type than its column is left out. */
export function traceRows(file: string, events: readonly ChromeEvent[]): TraceRow[] {
  const runs = new Map<unknown, string>();
  const rows = new Map<string, string>();
  for (const event of events) {
    const name = argsOf(event).name;
    if (event.ph !== 'M' || typeof name !== 'string') continue;
    if (event.name === 'process_name') runs.set(event.pid, name);
    if (event.name === 'thread_name') rows.set(`${event.pid} ${event.tid}`, name);
  }
  return events.flatMap((event) => {
    const { ph, ts, dur, pid, tid, cat, name } = event;
    if ((ph !== 'X' && ph !== 'i' && ph !== 'C') || typeof ts !== 'number') return [];
    const args = argsOf(event);
    const count = (key: string): number | undefined => wholeOf(args[key]);
    return [
      {
        ...{ file, run: runs.get(pid), row: rows.get(`${pid} ${tid}`), phase: ph },
        ...{ category: textOf(cat), name: textOf(name), start_us: ts, duration_us: numberOf(dur) },
        ...{ stage: count('stage'), microbatch: count('microbatch'), purpose: textOf(args.purpose) },
        ...{ rows: count('rows'), read: count('read'), written: count('written') },
        ...{ versions: count('versions'), held: count('held'), macs: count('macs') },
        ...{ loss: numberOf(args.loss), accuracy: numberOf(args.accuracy) },
      },
    ];
  });
}

function argsOf({ args }: ChromeEvent): Readonly<Record<string, unknown>> {
  return typeof args === 'object' && args !== null ? (args as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** a loss that became none stands by its name: 'NaN' */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string' && ['NaN', 'Infinity', '-Infinity'].includes(value)) return Number(value);
  return typeof value === 'number' ? value : undefined;
}

function wholeOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
