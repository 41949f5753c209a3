// a report as one page: its values, its figures, and what folds a trace into them

export { type HeatMap, heatMap } from '../charts/heat-map.ts';
export { type HistogramPanel, type Histograms, histograms } from '../charts/histograms.ts';
export { type StackedBars, stackedBars } from '../charts/stacked-bars.ts';
export { drawTimeline } from '../charts/timeline/drawing.ts';
export { packed } from '../charts/timeline/packed.ts';
export { firstWait, kinds as timelineKinds, type Timeline } from '../charts/timeline/timeline.ts';
export { tableCells } from '../comparison.ts';
export { CourseFold, type CoursePoint } from '../timeline/course.ts';
export { fileLines } from '../timeline/file-lines.ts';
export { type RunReader, readTrace } from '../timeline/read-trace.ts';
export { runRows } from '../timeline/run-rows.ts';
export { TimelineFold, type TimelineOptions } from '../timeline/timeline.ts';
export { reportPage } from './page.ts';
export type {
  ReportDocument,
  ReportFigure,
  ReportSection,
  ReportTable,
} from './report-document.ts';
