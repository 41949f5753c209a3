// biome-ignore-all assist/source/organizeImports: grouped by what they are for
// forwardflow/report: tables, charts, traces and files made from figures; and what this machine has.

// figures so far, outside an Observable
export type { Values } from './measures/measure.ts';
export { valuesOf } from './measures/measure.ts';
export type { MeanOpTimes } from './measures/op-times.ts';
export { opTimes } from './measures/op-times.ts';
export type { LayerErrors } from './measures/layer-errors.ts';
export { layerErrors } from './measures/layer-errors.ts';
export { layerFigures } from './measures/layer-figures.ts';
export { goodnessBins, goodnessEdges } from './core/trace/goodness-counts.ts';
export type {
  EpochsGoodness,
  GoodnessHistogram,
  GoodnessHistograms,
} from './measures/goodness-histograms.ts';
export { goodnessHistograms } from './measures/goodness-histograms.ts';
export { predictionMacs } from './measures/prediction-macs.ts';
export { type LayerSelectivity, type Selectivity, selectivity } from './measures/selectivity.ts';
export type { Hardware, LayerHardware } from './measures/hardware.ts';
export { hardware } from './measures/hardware.ts';
export type { Inconsistency } from './measures/inconsistency.ts';
export { inconsistency } from './measures/inconsistency.ts';
export type { LineFlow } from './measures/line-flow.ts';
export { lineFlow } from './measures/line-flow.ts';
export type { LineLatency, Percentiles } from './measures/line-latency.ts';
export { lineLatency } from './measures/line-latency.ts';
export type { LayerBuffers } from './measures/parts/layer-accesses.ts';
export type { Steps } from './measures/parts/published-steps.ts';
export { publishedSteps, reuseOf } from './measures/parts/published-steps.ts';
export type { Distances, Reuse } from './measures/parts/reuse-tracker.ts';
export { ReuseTracker } from './measures/parts/reuse-tracker.ts';
export type { MemoryReuse, Residency, ReuseDistance, ReuseOptions } from './measures/reuse-distance.ts';
export { reuseDistance } from './measures/reuse-distance.ts';
export type { Predictions, ScoredPredictions, Shortlisted } from './run/shortlisted.ts';
export { predictions, shortlisted } from './run/shortlisted.ts';
export type { LayerSize } from './run/layer-sizes.ts';
export { layerSizes } from './run/layer-sizes.ts';
export type { StageWaiting } from './measures/waiting.ts';
export { waiting } from './measures/waiting.ts';
export type * from './report/stress/stress-report.ts';
export type { Gate } from './report/stress/gates.ts';
export { gateFigures, gateOutcomes, readGate } from './report/stress/gates.ts';
export type { EnergyModel } from './report/energy/energy-model.ts';
export { energyModels } from './report/energy/energy-model.ts';
export type { EnergyItems, EnergyLedger, LayerLedger } from './report/energy/ledger.ts';
export { energyText, joules } from './report/energy/energy-text.ts';
export { energyLedger } from './report/energy/ledger.ts';
export { type Turns, turns } from './measures/turns.ts';
export type { Shares } from './measures/utilisation.ts';
export { wallDate, wallNanoseconds } from './core/clock.ts';

// what layers that have learned send, as data to learn from
export type { ActivitiesOptions } from './run/activities.ts';
export { activities, onTopOf } from './run/activities.ts';
export { squaresSent } from './run/squares-sent.ts';

// tables and sentences
export type { Rule, RunReport, StageReport } from './report/run-report.ts';
export { nameOfRule, ruleNames, table, verdict } from './report/comparison.ts';
export { costsText } from './report/costs-text.ts';
export { simulationTable } from './report/simulation-table.ts';
export { limitText } from './report/limit-text.ts';
export { suggestionsTable } from './report/suggestions-table.ts';
export type { Pair, PairedDifference } from './report/paired-differences.ts';
export { pairedDifference, pairedTable } from './report/paired-differences.ts';
export type { SeedsDifference, SeedsSummary } from './report/seeds/seeds-summary.ts';
export { seedsDifferences, seedsSummary } from './report/seeds/seeds-summary.ts';
export { seedsTable, seedsVerdict } from './report/seeds/seeds-text.ts';
export type { ClassAccuracy, ConfusedPair, Confusion } from './report/confusion.ts';
export { confusionOf } from './report/confusion.ts';
export { confusionText } from './report/confusion-text.ts';
export { percent } from './report/table-cells.ts';
export { wrapped } from './report/wrapped.ts';

// studies: one question, its measurements and a verdict
export type { Figures, Study, StudyRecord, Verdict, VerdictWord } from './report/studies/study.ts';
export { studyRecord, studyText, verdictOf, wordAmong } from './report/studies/study.ts';
export { csvOf, figuresTable, type StudyReportParts, studyReport } from './report/studies/study-report.ts';
export { columns } from './report/studies/columns.ts';
export { correlation, type Separation, separation } from './report/studies/separation.ts';
export {
  each,
  figureOver,
  minus,
  overSeeds,
  percentOver,
  percentTo,
  points,
  pointsTo,
  seedsFromOne,
  tuned,
} from './report/studies/over-seeds.ts';
export type { SharesByColumn } from './report/studies/shares-by-column.ts';
export { errorBar, errorLines, meansOf, percentTable } from './report/studies/shares-by-column.ts';
export type { BarChart } from './report/charts/bar-chart.ts';
export { barChart } from './report/charts/bar-chart.ts';
export type { ImageRow, ImageSheet } from './report/charts/image-sheet.ts';
export { imagePng, imageSheet } from './report/charts/image-sheet.ts';
export { type ImageBlocks, imageBlocks } from './report/charts/image-blocks.ts';
export type { ChartSeries, LineChart } from './report/charts/line-chart.ts';
export { lineChart } from './report/charts/line-chart.ts';

// charts, drawings and traces
export type { Gantt, GanttOptions } from './report/trace/gantt.ts';
export { gantt } from './report/trace/gantt.ts';
export type { ScheduleGrid } from './report/trace/schedule-grid.ts';
export { scheduleGrid } from './report/trace/schedule-grid.ts';
export type { ChromeSink, RunInTrace, TraceLimits } from './report/trace/chrome-trace.ts';
export { ChromeTrace } from './report/trace/chrome-trace.ts';
export { graphMermaid, graphText } from './graph/draw.ts';
export { bottleneckText } from './graph/limits/bottleneck-text.ts';

// files
export type { RunFolder } from './report/files/run-folder.ts';
export { openRunFolder, reopenRunFolder } from './report/files/run-folder.ts';
export type { Parameter } from './core/trace.ts';
export { readSafetensors, weightsHash, writeSafetensors } from './report/files/safetensors.ts';
export type { NamedShape } from './report/weights/named-shape.ts';
export type { WeightsFile, WeightsFit, WeightsOrigin } from './report/weights/weights-file.ts';
export { fitWeights, originText } from './report/weights/fit-weights.ts';
export { readWeights } from './report/weights/read-weights.ts';
export { writeWhole } from './report/files/whole-file.ts';
export { FileGuard } from './report/files/file-guard.ts';
export type { NamedArray } from './report/files/named-arrays.ts';
export { readArrays, writeArrays } from './report/files/named-arrays.ts';
export type { StoredCheckpoint } from './report/files/checkpoint-file.ts';
export { readCheckpoint, writeCheckpoint } from './report/files/checkpoint-file.ts';
export { csvCell } from './report/files/csv-cell.ts';
export { lockFile } from './report/files/file-lock.ts';
export { RowsFile } from './report/files/rows-file.ts';

// runs as files for other tools
export type { Export, ExportFile, NetworkToExport, RunToExport } from './report/exports/export.ts';
export { networkName } from './report/exports/export.ts';
export { exports } from './report/exports/exports.ts';
export { type WrittenFile, writeExport } from './report/exports/write-export.ts';
export { type Figure, figuresIn, tagOf } from './report/exports/parts/figures.ts';
export type * from './report/exports/parts/network-form.ts';
export { type TraceFile, traceOf } from './report/exports/parts/trace-file.ts';
export { type TraceFault, traceFault } from './report/trace/trace-rules.ts';
export { type MetricsServer, serveMetrics } from './report/metrics/metrics-server.ts';

// what this machine has
export type { ProductsReport } from './products/detect.ts';
export { detectProducts, fastestProducts, measureProducts } from './products/detect.ts';
export { fastestKernels } from './kernels/fastest.ts';
export type { DataPlace } from './data/named.ts';
export { whereIsData } from './data/named.ts';

export { figure } from './report/table-cells.ts';
// streams: what is measured of one, and the report of a stream under stress
export type { Detection, DetectionsMeasure, DetectionsOptions, Watcher } from './measures/detections.ts';
export { detections } from './measures/detections.ts';
export type { Prequential, PrequentialOptions } from './measures/prequential.ts';
export { prequential } from './measures/prequential.ts';
export type { FramesMissed } from './measures/frames-missed.ts';
export { framesMissed } from './measures/frames-missed.ts';
export type { Recovery } from './measures/recoveries.ts';
export { recoveries } from './measures/recoveries.ts';
export { detectionScores, firstToNotice } from './report/stress/detection-scores.ts';
export { slopeOf } from './report/stress/slope.ts';
export { stressText } from './report/stress/stress-text.ts';

// the live page: what a running command tells it
export type * from './report/live/frame.ts';
export { LiveFold } from './report/live/live-fold.ts';
export { pageAsset } from './report/pages/page-asset.ts';
export * from './report/html/exports.ts';
