import type { TraceEvent } from '../../index.ts';
import {
  bottleneckText,
  CourseFold,
  type ReportDocument,
  type ReportSection,
  type ReportTable,
  runRows,
  TimelineFold,
} from '../../report.ts';
import type { SimulationDocument } from '../simulating/simulated.ts';
import { traceSections } from './sections/pipeline.ts';
import { sharesFigure } from './sections/shares.ts';
import { annotated, type Traced, tracesAtMost } from './sections/traced.ts';
import { shellWord } from './shell-word.ts';

/** A simulation, and what happened in its first replication. */
export interface SimulatedRun {
  readonly name: string;
  readonly document: SimulationDocument;
  readonly traced: Traced;
}

/** Folds what a simulation emits into what its report draws. */
export function simulationFolds(name: string): {
  readonly add: (event: TraceEvent) => void;
  readonly traced: () => Traced;
} {
  let timeline = new TimelineFold(name, 1);
  let course = new CourseFold(1);
  const add = runRows((rows, stages) => {
    timeline = new TimelineFold(name, rows, { each: rows === stages ? 'stage' : 'device' });
    course = new CourseFold(stages);
    return {
      add(event, row) {
        timeline.add(event, row);
        course.add(event);
      },
    };
  });
  const traced = () => ({
    name,
    timeline: timeline.value(),
    course: course.value(),
    unit: 'microbatches' as const,
  });
  return { add, traced };
}

/** The report of simulations, side by side. */
export async function simulatedReport(runs: readonly SimulatedRun[]): Promise<ReportDocument> {
  const traced = runs.slice(0, tracesAtMost).map(({ document, traced: one }) => {
    const { periodSeconds, bottleneck, next } = document;
    const known = periodSeconds !== null && bottleneck !== null;
    const marked = known
      ? annotated(one.timeline, { limits: { periodSeconds, bottleneck, next } })
      : one.timeline;
    return { ...one, timeline: marked };
  });
  const bars = runs.flatMap(({ name, document }) =>
    document.stages.slice(0, 24).map(({ busy, starved, blocked, communicating, down }, device) => ({
      name: runs.length > 1 ? `${name}, device ${device}` : `device ${device}`,
      shares: { busy, starved, blocked, communicating: communicating + down },
    })),
  );
  const sections: ReportSection[] = [
    { heading: 'Results', ...noteOf(runs), table: resultsTable(runs) },
    ...(await traceSections(traced.filter(({ timeline }) => timeline.count > 0))),
    { heading: 'Where the time went', figures: [sharesFigure(bars, 'shares')], table: devicesTable(runs) },
  ];
  return {
    title: runs
      .map(({ name }) => name)
      .join('; ')
      .slice(0, 200),
    headline: runs.map(headline).join(' '),
    sections,
    configuration:
      runs.length === 1 ? runs[0].document.settings : runs.map(({ document }) => document.settings),
    commands: runs.map(({ document }) => commandOf(document)),
  };
}

function headline({ name, document }: SimulatedRun): string {
  const { bubble, throughput, bottleneck, periodSeconds, next } = document;
  const rate = throughput.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  const limit =
    bottleneck === null || periodSeconds === null
      ? ''
      : ` Its steady state is limited by ${bottleneckText({ periodSeconds, bottleneck, next })}.`;
  return `${name}: ${rate} microbatches a second, ${(100 * bubble.ofTotal).toFixed(1)} % of the devices' time idle.${limit}`;
}

/** Why a timeline may be longer than the makespan. */
function noteOf(runs: readonly SimulatedRun[]): { readonly note?: string } {
  const some = runs.filter(({ document }) => document.makespanOf !== undefined).map(({ name }) => name);
  if (some.length === 0) return {};
  const of = runs.length > 1 ? ` of ${some.join('; ')}` : '';
  return {
    note: `The makespan${of} is that of the device that needs longest, first op to last: the schedule checks its update afterwards, so devices begin the next flush one after another, as they began this one.`,
  };
}

function resultsTable(runs: readonly SimulatedRun[]): ReportTable {
  const rows: readonly (readonly [string, (document: SimulationDocument) => number | null])[] = [
    ['makespan, s', ({ makespan }) => makespan],
    ['throughput, microbatches/s', ({ throughput }) => throughput],
    ['completed, microbatches/s', ({ completed }) => completed],
    ['latency, mean, s', ({ latency }) => latency.mean],
    ['latency p50, s', ({ latency }) => latency.p50],
    ['latency p99, s', ({ latency }) => latency.p99],
    ['bubble, % of total time', ({ bubble }) => 100 * bubble.ofTotal],
    ['bubble of p equal stages by theory, (p − 1)/(m + p − 1), %', bubbleByTheory],
    ['bubble, % of ideal time', ({ bubble }) => 100 * bubble.ofIdeal],
    ['fill, s', ({ fill }) => fill],
    ['drain, s', ({ drain }) => drain],
    ['microbatches inside, mean', ({ inside }) => inside],
    ['energy per microbatch, J', ({ energy }) => energy],
  ];
  const cells = rows.map(([name, of]) => [name, ...runs.map(({ document }) => of(document))]);
  const known = cells.filter(([, ...values]) => values.some((value) => value !== null));
  return { columns: ['', ...runs.map(({ name }) => name)], rows: known };
}

/**
 * Of a flush of m microbatches through p equal stages, %.
 *
 * @see Huang et al. 2019, GPipe, section 2.3
 */
export function bubbleByTheory({ settings }: Pick<SimulationDocument, 'settings'>): number | null {
  const { schedule, stages, microbatches } = settings;
  if (schedule !== 'gpipe' && schedule !== '1f1b') return null;
  return (100 * (stages - 1)) / (microbatches + stages - 1);
}

function devicesTable(runs: readonly SimulatedRun[]): ReportTable {
  const rows = runs.flatMap(({ name, document }) =>
    document.stages
      .slice(0, 64)
      .map((stage, device) => [
        runs.length > 1 ? `${name}, device ${device}` : `device ${device}`,
        ...[stage.peakActivations, stage.weightVersions, stage.queue.mean, stage.queue.max, stage.peakBytes],
      ]),
  );
  return {
    columns: ['', 'peak activations', 'weight versions', 'queue, mean', 'queue, most', 'peak bytes'],
    rows,
  };
}

/** The flags that say what is not left out: defaults stand there too. */
function commandOf({ settings }: SimulationDocument): string {
  const flags = Object.entries(settings).flatMap(([key, value]) => {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === null) return [];
    if (typeof value === 'boolean') return value ? [flag] : [flag.replace('--', '--no-')];
    return [`${flag} ${shellWord(String(value))}`];
  });
  return `forwardflow simulate ${flags.join(' ')}`;
}
