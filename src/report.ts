// forwardflow/report: tables, charts, traces and files made from figures; and what this machine has.

export { wallDate, wallNanoseconds } from './core/clock.ts';
export type { Parameter } from './core/trace.ts';
// what this machine has
export type { DataPlace } from './data/named.ts';
export { whereIsData } from './data/named.ts';
export { fastestKernels } from './kernels/fastest.ts';
export type { Values } from './measures/measure.ts';
export { makeMeasures, valuesOf } from './measures/measure.ts';
export type { Shares } from './measures/utilisation.ts';
// tables and sentences
export { ruleNames, table, verdict } from './report/comparison.ts';
export { FileGuard } from './report/files/file-guard.ts';
// files
export type { NamedArray } from './report/files/named-arrays.ts';
export { readArrays, writeArrays } from './report/files/named-arrays.ts';
export { RowsFile } from './report/files/rows-file.ts';
export type { RunFolder } from './report/files/run-folder.ts';
export { openRunFolder, reopenRunFolder } from './report/files/run-folder.ts';
export { readSafetensors, weightsHash, writeSafetensors } from './report/files/safetensors.ts';
export type { Pair, PairedDifference } from './report/paired-differences.ts';
export { pairedDifference, pairedTable } from './report/paired-differences.ts';
export type { Rule, RunReport, StageReport } from './report/run-report.ts';
export { simulationTable } from './report/simulation-table.ts';
export type { Study } from './report/study.ts';
export { columns, studyText } from './report/study.ts';
export type { ChromeSink, RunInTrace, TraceLimits } from './report/trace/chrome-trace.ts';
// charts and traces
export { ChromeTrace } from './report/trace/chrome-trace.ts';
export type { Gantt, GanttOptions } from './report/trace/gantt.ts';
export { gantt } from './report/trace/gantt.ts';
export type { ScheduleGrid } from './report/trace/schedule-grid.ts';
export { scheduleGrid } from './report/trace/schedule-grid.ts';
export type { TileReport } from './tiles/detect.ts';
export { detectTiles, fastestTile, measureTile } from './tiles/detect.ts';
