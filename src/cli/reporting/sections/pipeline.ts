import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportSection } from '../../../report.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { courseFigures } from './course.ts';
import { longestTable, timelineFigure } from './timeline.ts';
import { annotated, type Traced, tracedRuns, tracesAtMost } from './traced.ts';

/** The timelines of the runs that have a trace, and their course; none where there is no trace. */
export async function pipelineSections(records: readonly RunRecord[]): Promise<ReportSection[]> {
  const traced = records.flatMap((record) => partsOf(record, records.length > 1)).slice(0, tracesAtMost);
  return traceSections(traced);
}

/** What was traced of a run, part by part where it was resumed: the newest parts, in their order. */
function partsOf(record: RunRecord, several: boolean): Traced[] {
  const parts = tracesIn(record.path).slice(-tracesAtMost);
  return parts.flatMap(({ file, microbatch }) =>
    tracedRuns(join(record.path, file)).map((one) => {
      const run = named(one, record, several);
      if (parts.length === 1) return run;
      const name = `${run.name}, from microbatch ${microbatch}`;
      return { ...run, name, timeline: { ...run.timeline, title: name } };
    }),
  );
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

/** A resumed run has a trace for each part. */
function tracesIn(
  path: string,
): { readonly file: string; readonly microbatch: number; readonly nth: number }[] {
  const found = readdirSync(path).flatMap((file) => {
    const [, part, microbatch = '0', nth = '1'] = /^trace(-(\d+)(?:-(\d+))?)?\.json$/.exec(file) ?? [];
    if (part === undefined && file !== 'trace.json') return [];
    return { file, microbatch: Number(microbatch), nth: part === undefined ? 0 : Number(nth) };
  });
  return found.sort((a, b) => a.microbatch - b.microbatch || a.nth - b.nth);
}

function named(one: Traced, { name, folder, summary }: RunRecord, several: boolean): Traced {
  const title = several ? `${name ?? folder}: ${one.name}` : one.name;
  const runs = summary?.runs ?? [];
  const run = runs.find(({ rule, seed }) => one.name === rule || one.name === `${rule}, seed ${seed ?? 1}`);
  const timeline = { ...one.timeline, title };
  return { ...one, name: title, timeline: run ? annotated(timeline, run) : timeline };
}
