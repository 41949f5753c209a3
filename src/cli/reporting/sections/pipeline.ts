import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportSection } from '../../../report.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { courseFigures } from './course.ts';
import { longestTable, timelineFigure } from './timeline.ts';
import { annotated, type Traced, tracedRuns, tracesAtMost } from './traced.ts';

/** The timelines of the runs that have a trace, and their course; none where there is no trace. */
export async function pipelineSections(records: readonly RunRecord[]): Promise<ReportSection[]> {
  const traced = records
    .flatMap((record) =>
      tracedRuns(traceIn(record.path)).map((one) => named(one, record, records.length > 1)),
    )
    .slice(0, tracesAtMost);
  return traceSections(traced);
}

/** The same of runs whose traces have been folded. */
export async function traceSections(traced: readonly Traced[]): Promise<ReportSection[]> {
  if (traced.length === 0) return [];
  const until = Math.max(...traced.map(({ timeline }) => timeline.end));
  const figures = traced.map(({ timeline }, i) =>
    timelineFigure({ ...timeline, until }, `timeline-${i + 1}`),
  );
  const longest = traced.length === 1 ? { table: longestTable(traced[0].timeline) } : {};
  const courses = await courseFigures(traced, '');
  return [
    { heading: 'The pipeline', figures, ...longest },
    ...(courses.length > 0 ? [{ heading: 'Over time', figures: courses }] : []),
  ];
}

/** A resumed run has a trace for each part: the newest that there is. */
function traceIn(path: string): string {
  const names = readdirSync(path).filter((name) => /^trace(-\d+(-\d+)?)?\.json$/.test(name));
  const part = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? -1);
  return join(path, names.sort((a, b) => part(b) - part(a))[0] ?? 'trace.json');
}

function named(one: Traced, { name, folder, summary }: RunRecord, several: boolean): Traced {
  const title = several ? `${name ?? folder}: ${one.name}` : one.name;
  const runs = summary?.runs ?? [];
  const run = runs.find(({ rule, seed }) => one.name === rule || one.name === `${rule}, seed ${seed ?? 1}`);
  const timeline = { ...one.timeline, title };
  return { ...one, name: title, timeline: run ? annotated(timeline, run) : timeline };
}
