import { mustBeWhole } from '../../core/check.ts';
import type { TraceEvent } from '../../core/trace.ts';
import { AppendFile } from '../files/append-file.ts';
import { type ChromeEvent, type ChromeRun, chromeEvents, nameOfProcess, namesOf } from './chrome-event.ts';

/** characters held back before they are written */
const HELD_AT_MOST = 65_536;
const OBJECT_START = '{"displayTimeUnit":"ms","traceEvents":[';
/** as long as the other, so that the one can take the other's place */
const ARRAY_START = '['.padEnd(OBJECT_START.length);

/** Takes the trace of one run. */
export interface ChromeSink {
  /** @throws {Error} after `close`, or as the file system says */
  add(event: TraceEvent): void;
}

/**
 * A trace as a file for Perfetto (ui.perfetto.dev) and chrome://tracing: a row for each stage, an arrow for each microbatch.
 *
 * While it grows, the file is an array without its end, the one unfinished form which both viewers open; so the trace of
 * a run that was killed can be seen, up to the last 64 kB. `close` turns it into an object, with what was dropped in its
 * `otherData`.
 *
 *     const trace = new ChromeTrace('trace.json');
 *     const ff = trace.run('ff', 4);
 *     run(pipeline, workers()).subscribe({ next: (event) => ff.add(event), complete: () => trace.close() });
 */
export class ChromeTrace {
  readonly #file: AppendFile;
  readonly #limit: number;
  #runs = 0;
  #written = 0;
  #dropped = 0;
  #held = '';
  /** events of the trace among what is held */
  #heldEvents = 0;
  #separator = '\n';
  #state: 'open' | 'failed' | 'closed' = 'open';

  /**
   * @param path   a file of this name is replaced
   * @param limit  events of the trace that the file takes; those after them are counted, and dropped from the file only
   * @throws {RangeError} when `limit` is not a whole number, 0 or more
   * @throws {Error} as the file system says
   */
  constructor(path: string, limit = 200_000) {
    mustBeWhole(limit, 'limit', 0, 'events');
    this.#limit = limit;
    this.#file = new AppendFile(path);
    this.#file.append(ARRAY_START);
  }

  /**
   * A sink for one run, which is drawn as a process of its own.
   *
   * @param name    as the viewer shows it
   * @param stages  how many stages the run has; arrows end at the last
   * @param origin  nanoseconds on the run's clock that are shown as 0; give each run its start to lay runs on one another
   */
  run(name: string, stages: number, origin = 0): ChromeSink {
    mustBeWhole(stages, 'stages', 1);
    this.#mustBeOpen();
    const run: ChromeRun = { pid: ++this.#runs, stages, origin };
    if (this.#state === 'open') this.#hold(namesOf(run, name), 0);
    return { add: (event) => this.#add(event, run) };
  }

  /**
   * A process of its own for what draws itself, such as `SimulationTrace`.
   *
   * @returns its number; `draw` takes what belongs to one event, which is kept or dropped together, and `title` names, which are
   *          never dropped
   */
  process(name: string): {
    readonly pid: number;
    draw(drawn: readonly ChromeEvent[]): void;
    title(names: readonly ChromeEvent[]): void;
  } {
    this.#mustBeOpen();
    const pid = ++this.#runs;
    const title = (names: readonly ChromeEvent[]): void => {
      if (this.#state === 'open') this.#hold(names, 0);
    };
    title([nameOfProcess({ pid }, name)]);
    return { pid, title, draw: (drawn) => this.#take(drawn) };
  }

  /**
   * Ends the file, also after an error, once or more often.
   *
   * @returns events that the trace had and the file has not
   * @throws {Error} as the file system says, the first time only; the file is closed all the same
   */
  close(): number {
    if (this.#state === 'closed') return this.#dropped;
    try {
      if (this.#state === 'open') this.#flush();
    } finally {
      this.#end();
    }
    return this.#dropped;
  }

  #add(event: TraceEvent, run: ChromeRun): void {
    this.#mustBeOpen();
    const drawn = chromeEvents(event, run);
    if (drawn.length > 0) this.#take(drawn);
  }

  #take(drawn: readonly ChromeEvent[]): void {
    this.#mustBeOpen();
    if (this.#state === 'failed' || this.#written + this.#heldEvents >= this.#limit) this.#dropped++;
    else this.#hold(drawn, 1);
  }

  #mustBeOpen(): void {
    if (this.#state !== 'closed') return;
    throw new Error('Chrome trace must be open to take a run or an event; got one after its close');
  }

  #hold(drawn: readonly ChromeEvent[], events: number): void {
    for (const one of drawn) {
      this.#held += this.#separator + JSON.stringify(one);
      this.#separator = ',\n';
    }
    this.#heldEvents += events;
    if (this.#held.length >= HELD_AT_MOST) this.#flush();
  }

  #flush(): void {
    try {
      this.#file.append(this.#held);
      this.#written += this.#heldEvents;
    } catch (error) {
      this.#state = 'failed';
      this.#dropped += this.#heldEvents;
      throw error;
    } finally {
      this.#held = '';
      this.#heldEvents = 0;
    }
  }

  #end(): void {
    this.#state = 'closed';
    const otherData = { events: this.#written, limit: this.#limit, dropped: this.#dropped };
    try {
      this.#file.append(`\n],"otherData":${JSON.stringify(otherData)}}\n`);
      this.#file.overwriteStart(OBJECT_START);
    } finally {
      this.#file.close();
    }
  }
}
