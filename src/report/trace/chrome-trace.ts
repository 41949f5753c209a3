import { mustBeWhole } from '../../core/check.ts';
import type { TraceEvent } from '../../core/trace.ts';
import { AppendFile } from '../files/append-file.ts';
import type { ChromeEvent, RunShape } from './chrome-event.ts';
import { orderLines } from './order-lines.ts';
import { RunDrawing } from './run-drawing.ts';

/** characters held back before they are written */
const HELD_AT_MOST = 65_536;
const OBJECT_START = '{"displayTimeUnit":"ms","traceEvents":[';
/** as long as the other, so that the one can take the other's place */
const ARRAY_START = '['.padEnd(OBJECT_START.length);

/** How large a trace may become. */
export interface TraceLimits {
  /** events of the trace, of all runs together; left out, 200,000 */
  readonly events?: number;
  /** bytes of the file; names of rows and the end are written beyond it. Left out, 20,000,000 */
  readonly bytes?: number;
  /** runs that share the file: each may take an equal part of what those before it have left. Left out, 1 */
  readonly runs?: number;
}

/** Takes the trace of one run. */
export interface ChromeSink {
  /** @throws {Error} after `close`, or as the file system says */
  add(event: TraceEvent): void;
}

/** What the file has of one run. */
export interface RunInTrace {
  readonly name: string;
  readonly events: number;
  /** events that the run had and the file has not */
  readonly dropped: number;
}

interface Budget {
  readonly name: string;
  /** the run's share */
  readonly events: number;
  readonly bytes: number;
  taken: number;
  takenBytes: number;
  dropped: number;
  /** one event did not fit: none after it is taken, so that what the file has is the run's first part */
  full: boolean;
}

/**
 * A trace as a file for Perfetto (ui.perfetto.dev) and chrome://tracing, of runs and of simulations: a row for each stage
 * or device, an arrow for each microbatch or message.
 *
 * While it grows, the file is an array without its end, the one unfinished form that both viewers open; so the trace of
 * a run that was killed can be seen, up to the last 64 kB. `close` turns it into an object, in the order of time and with
 * what was dropped in its `otherData`.
 *
 *     const trace = new ChromeTrace('trace.json');
 *     const ff = trace.run('ff', { stages: 4 });
 *     run(pipeline, workers()).subscribe({ next: (event) => ff.add(event), complete: () => trace.close() });
 */
export class ChromeTrace {
  readonly path: string;
  readonly #file: AppendFile;
  readonly #limits: Required<TraceLimits>;
  readonly #budgets: Budget[] = [];
  #held = '';
  #bytes = OBJECT_START.length;
  #separator = '\n';
  /** events among what is held, by run */
  readonly #heldEvents = new Map<Budget, number>();
  #state: 'open' | 'failed' | 'closed' = 'open';

  /**
   * @param path    a file of this name is replaced
   * @param limits  events beyond them are counted, and dropped from the file only
   * @throws {RangeError} when a limit is not a whole number, 0 or more (`runs`: 1 or more)
   * @throws {Error} as the file system says
   */
  constructor(path: string, { events = 200_000, bytes = 20_000_000, runs = 1 }: TraceLimits = {}) {
    mustBeWhole(events, 'limit', 0, 'events');
    mustBeWhole(bytes, 'limit', 0, 'bytes');
    mustBeWhole(runs, 'runs of a trace', 1);
    this.path = path;
    this.#limits = { events, bytes, runs };
    this.#file = new AppendFile(path);
    this.#file.append(ARRAY_START);
  }

  /**
   * A sink for one run, which is drawn as a process of its own.
   *
   * @param name   as the viewer shows it
   * @param shape  the run's start event, or its number of stages
   */
  run(name: string, shape: RunShape): ChromeSink {
    mustBeWhole(shape.stages, 'stages', 1);
    this.#mustBeOpen();
    const budget = this.#budgetOf(name);
    const drawing = new RunDrawing(this.#budgets.push(budget), shape);
    if (this.#state === 'open') this.#hold(this.#textOf(drawing.names(name)));
    return {
      add: (event) => {
        this.#mustBeOpen();
        const drawn = drawing.draw(event);
        if (drawn.length > 0) this.#take(drawn, budget);
      },
    };
  }

  /** What the file has of each run so far, and what it has not. */
  get runs(): readonly RunInTrace[] {
    return this.#budgets.map(({ name, taken, dropped }) => ({ name, events: taken, dropped }));
  }

  /**
   * Ends the file, also after an error, once or more often.
   *
   * @returns events that the trace had and the file has not
   * @throws {Error} as the file system says, the first time only; the file is closed all the same
   */
  close(): number {
    if (this.#state !== 'closed') {
      try {
        if (this.#state === 'open') this.#flush();
      } finally {
        this.#end();
      }
      orderLines(this.path);
    }
    return this.#sum('dropped');
  }

  /** An equal part of what is left, for this run and each that is still to come. */
  #budgetOf(name: string): Budget {
    const sharers = Math.max(1, this.#limits.runs - this.#budgets.length);
    const share = (limit: number, used: number): number => Math.max(0, Math.floor((limit - used) / sharers));
    return {
      name,
      events: share(this.#limits.events, this.#sum('taken')),
      bytes: share(this.#limits.bytes, this.#bytes),
      ...{ taken: 0, takenBytes: 0, dropped: 0, full: false },
    };
  }

  #take(drawn: readonly ChromeEvent[], budget: Budget): void {
    if (this.#state === 'failed' || budget.full) {
      budget.dropped++;
      return;
    }
    const text = this.#textOf(drawn);
    const bytes = Buffer.byteLength(text);
    budget.full =
      budget.taken + 1 > budget.events ||
      budget.takenBytes + bytes > budget.bytes ||
      this.#sum('taken') + 1 > this.#limits.events ||
      this.#bytes + bytes > this.#limits.bytes;
    if (budget.full) {
      budget.dropped++;
      return;
    }
    budget.taken++;
    budget.takenBytes += bytes;
    this.#heldEvents.set(budget, (this.#heldEvents.get(budget) ?? 0) + 1);
    this.#hold(text, bytes);
  }

  #sum(what: 'taken' | 'dropped'): number {
    return this.#budgets.reduce((sum, budget) => sum + budget[what], 0);
  }

  #mustBeOpen(): void {
    if (this.#state !== 'closed') return;
    throw new Error('Chrome trace must be open to take a run or an event; got one after its close');
  }

  #textOf(drawn: readonly ChromeEvent[]): string {
    return drawn.map((event, i) => (i === 0 ? this.#separator : ',\n') + JSON.stringify(event)).join('');
  }

  #hold(text: string, bytes = Buffer.byteLength(text)): void {
    this.#held += text;
    this.#bytes += bytes;
    this.#separator = ',\n';
    if (this.#held.length >= HELD_AT_MOST) this.#flush();
  }

  #flush(): void {
    try {
      this.#file.append(this.#held);
    } catch (error) {
      this.#state = 'failed';
      for (const [budget, events] of this.#heldEvents) {
        budget.taken -= events;
        budget.dropped += events;
      }
      throw error;
    } finally {
      this.#held = '';
      this.#heldEvents.clear();
    }
  }

  #end(): void {
    this.#state = 'closed';
    const { events: limit, bytes: byteLimit } = this.#limits;
    const counted = { events: this.#sum('taken'), limit, byteLimit, dropped: this.#sum('dropped') };
    const otherData = { ...counted, runs: this.runs };
    try {
      this.#file.append(`\n],"otherData":${JSON.stringify(otherData)}}\n`);
      this.#file.overwriteStart(OBJECT_START);
    } finally {
      this.#file.close();
    }
  }
}
