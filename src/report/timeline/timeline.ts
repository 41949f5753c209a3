import type { TraceEvent } from '../../core/trace.ts';
import { kinds, type Slice, type Timeline } from '../charts/timeline/timeline.ts';
import { RowBins } from './row-bins.ts';

export interface TimelineOptions {
  /** what a row is; left out, a stage */
  readonly each?: Timeline['each'];
  /** slices kept one by one from the beginning, and as many from the end; left out, 3,000 */
  readonly exactly?: number;
  /** bins of all rows together; left out, 2,048 */
  readonly bins?: number;
}

/** rows that a picture has at most */
const rowsAtMost = 64;

/**
 * Folds a trace into a timeline, in memory that does not grow with it: the first slices and the last ones one by one, and
 * between them, for each row and bin, what every kind took and the longest and the shortest that began there.
 */
export class TimelineFold {
  readonly #title: string;
  readonly #allRows: number;
  readonly #each: Timeline['each'];
  readonly #exactly: number;
  readonly #rows: RowBins[];
  readonly #first: Slice[] = [];
  readonly #last: Slice[] = [];
  #oldest = 0;
  #width = 1;
  #count = 0;
  #end = 0;
  /** every slice that begins before is among the first; every one that ends after is among the last */
  #firstUntil = Number.POSITIVE_INFINITY;
  #lastFrom = 0;

  /** @param rows  stages or devices; the first 64 are kept */
  constructor(
    title: string,
    rows: number,
    { each = 'stage', exactly = 3000, bins = 2048 }: TimelineOptions = {},
  ) {
    this.#title = title;
    this.#each = each;
    this.#allRows = rows;
    this.#exactly = exactly;
    const shown = Math.min(rows, rowsAtMost);
    const count = 2 ** Math.floor(Math.log2(Math.min(512, Math.max(32, bins / shown))));
    this.#rows = Array.from({ length: shown }, () => new RowBins(count));
  }

  add(event: TraceEvent, row: number): void {
    const slice = sliceOf(event, row);
    if (slice === undefined || slice.end <= slice.start || slice.start < 0) return;
    this.#end = Math.max(this.#end, slice.end);
    if (row >= this.#rows.length) return;
    this.#count++;
    const bins = this.#rows[0].count;
    while (slice.end > bins * this.#width) {
      for (const one of this.#rows) one.halve();
      this.#width *= 2;
    }
    this.#rows[row].add(slice, this.#width);
    this.#keep(slice);
  }

  value(): Timeline {
    const slices = [...this.#first, ...this.#last, ...this.#rows.flatMap((row) => row.extremes())];
    const whole = this.#lastFrom === 0;
    const ends = [
      [0, Math.min(this.#firstUntil, this.#end)],
      [this.#lastFrom, this.#end],
    ] as const;
    return {
      ...{ title: this.#title, each: this.#each, rows: this.#rows.length, allRows: this.#allRows },
      ...{ end: this.#end, count: this.#count, width: this.#width },
      slices: [...new Set(slices)].sort((a, b) => a.start - b.start || a.row - b.row),
      exact: whole ? [[0, this.#end]] : ends,
      taken: this.#rows.map(({ taken }) => taken),
    };
  }

  #keep(slice: Slice): void {
    if (this.#first.length < this.#exactly) {
      this.#first.push(slice);
      return;
    }
    this.#firstUntil = Math.min(this.#firstUntil, slice.start);
    if (this.#last.length < this.#exactly) {
      this.#last.push(slice);
      return;
    }
    this.#lastFrom = Math.max(this.#lastFrom, this.#last[this.#oldest].end);
    this.#last[this.#oldest] = slice;
    this.#oldest = (this.#oldest + 1) % this.#exactly;
  }
}

function sliceOf(event: TraceEvent, row: number): Slice | undefined {
  switch (event.kind) {
    case 'op': {
      const { op, stage, microbatch, purpose, start, end } = event;
      const kind = purpose === 'learn' ? kinds.indexOf(op) : kinds.indexOf('P');
      return { row, kind, stage, microbatch, start, end };
    }
    case 'starved':
    case 'blocked':
    case 'communicating':
      return {
        row,
        kind: kinds.indexOf(event.kind),
        stage: -1,
        microbatch: -1,
        start: event.start,
        end: event.end,
      };
    default:
      return undefined;
  }
}
