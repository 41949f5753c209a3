import type { Slice, Timeline } from './timeline.ts';

/** A timeline as JSON of few characters. */
export type PackedTimeline = Omit<Timeline, 'slices' | 'taken'> & {
  /** row, kind, stage, microbatch, start less that of the slice before, duration: six numbers a slice */
  readonly slices: readonly number[];
  /** parts of 255 of the bin's width; zeros at the end are left out */
  readonly taken: readonly (readonly number[])[];
};

/** Times of slices stay exact; shares of bins are kept to 0.4 %. */
export function packed(timeline: Timeline): PackedTimeline {
  let before = 0;
  const slices = timeline.slices.flatMap(({ row, kind, stage, microbatch, start, end }) => {
    const step = start - before;
    before = start;
    return [row, kind, stage, microbatch, step, end - start];
  });
  const taken = timeline.taken.map((row) => {
    const shares = Array.from(row, (time) => Math.ceil((255 * time) / timeline.width));
    const last = shares.findLastIndex((share) => share > 0);
    return shares.slice(0, last + 1);
  });
  return { ...timeline, slices, taken };
}

export function unpacked(from: PackedTimeline): Timeline {
  const slices: Slice[] = [];
  let start = 0;
  for (let i = 0; i + 5 < from.slices.length; i += 6) {
    const [row, kind, stage, microbatch, step, long] = from.slices.slice(i, i + 6);
    start += step;
    slices.push({ row, kind, stage, microbatch, start, end: start + long });
  }
  const taken = from.taken.map((row) => row.map((share) => (share * from.width) / 255));
  return { ...from, slices, taken };
}
