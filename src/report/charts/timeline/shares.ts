import { kinds, type Slice, type Timeline } from './timeline.ts';

/** The stretch of time that is drawn, nanoseconds. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** What each kind took of each column, 0 to 1 [columns × kinds]. */
export interface Columns {
  readonly count: number;
  readonly shares: Float64Array;
}

/** Whether every slice of the view is there one by one. */
export function isExact({ exact }: Timeline, { from, to }: View): boolean {
  return exact.some(([first, last]) => first <= from && to <= last);
}

/** The shares of one row in equal columns: of its slices where all are there, else of its bins, of which none is cut finer. */
export function columnsOf(timeline: Timeline, row: number, view: View, most: number): Columns {
  const span = view.to - view.from;
  const fine = isExact(timeline, view);
  const count = fine ? most : Math.max(1, Math.min(most, Math.ceil(span / timeline.width)));
  const shares = new Float64Array(count * kinds.length);
  const wide = span / count;
  const add = (kind: number, start: number, end: number, weight: number): void => {
    const [from, to] = [Math.max(start, view.from) - view.from, Math.min(end, view.to) - view.from];
    for (let at = Math.floor(from / wide); at < count && at * wide < to; at++) {
      const part = Math.min(to, (at + 1) * wide) - Math.max(from, at * wide);
      shares[at * kinds.length + kind] += (weight * part) / wide;
    }
  };
  if (fine) for (const { kind, start, end } of slicesIn(timeline, row, view)) add(kind, start, end, 1);
  else {
    const { width, taken } = timeline;
    const first = Math.floor(view.from / width);
    for (let bin = first; bin * width < view.to && bin * kinds.length < taken[row].length; bin++) {
      // the last bin may end behind the run
      const end = Math.min((bin + 1) * width, Math.max(timeline.end, bin * width + 1));
      for (let kind = 0; kind < kinds.length; kind++) {
        const time = taken[row][bin * kinds.length + kind] ?? 0;
        if (time > 0) add(kind, bin * width, end, Math.min(1, time / (end - bin * width)));
      }
    }
  }
  return { count, shares };
}

export function slicesIn({ slices }: Timeline, row: number, { from, to }: View): Slice[] {
  return slices.filter((slice) => slice.row === row && slice.end > from && slice.start < to);
}
