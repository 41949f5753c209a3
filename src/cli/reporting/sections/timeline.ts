import {
  drawTimeline,
  packed,
  type ReportFigure,
  type ReportTable,
  type Timeline,
  timelineKinds,
} from '../../../report.ts';

/** A timeline as a figure that can be looked at more closely. @param id  of the figure */
export function timelineFigure(timeline: Timeline, id: string): ReportFigure {
  const { title, count, slices, end, until = end } = timeline;
  const whole = slices.length === count;
  return {
    id,
    title: `What each ${timeline.each} did: ${title}`,
    caption: `${count.toLocaleString('en-US')} ops and waits of the trace${whole ? ', all of them here' : `; ${slices.length.toLocaleString('en-US')} are here one by one: the first, the last, and in each stretch between the longest and the shortest`}${until > end ? '; on the scale of the longest run' : ''}. Zoom with the buttons, with + and − where the picture has the focus, or with Ctrl and the wheel.`,
    svg: drawTimeline(timeline, { from: 0, to: until }, { id }),
    data: slicesTable(timeline),
    timeline: packed(timeline),
  };
}

/** The page makes the CSV from what it draws, so that slices are in it once. */
function slicesTable({ each }: Timeline): ReportTable {
  return { columns: [each, 'kind', 'stage', 'microbatch', 'start ns', 'duration ns'], rows: [] };
}

/** The slices that took longest, by row and kind. */
export function longestTable({ slices, each }: Timeline): ReportTable {
  const longest = new Map<string, Timeline['slices'][number]>();
  for (const slice of slices) {
    const key = `${slice.row} ${slice.kind}`;
    const before = longest.get(key);
    if (before === undefined || slice.end - slice.start > before.end - before.start) longest.set(key, slice);
  }
  const rows = [...longest.values()]
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, 12)
    .map(({ row, kind, microbatch, start, end }) => [
      ...[`${each}\u00a0${row}`, timelineKinds[kind], microbatch < 0 ? null : microbatch],
      ...[(end - start) / 1e6, start / 1e6],
    ]);
  return { columns: [each, 'longest', 'microbatch', 'took, ms', 'began at, ms'], rows };
}
