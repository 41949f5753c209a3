import { existsSync } from 'node:fs';
import {
  bottleneckText,
  CourseFold,
  type CoursePoint,
  type RunReport,
  readTrace,
  type Timeline,
  TimelineFold,
  timelineKinds,
} from '../../../report.ts';

/** What a trace says of one run. */
export interface Traced {
  readonly name: string;
  readonly timeline: Timeline;
  readonly course: readonly CoursePoint[];
  /** what its microbatches hold; left out, samples. A simulation knows none */
  readonly unit?: 'samples' | 'microbatches';
}

/** runs of a trace that are drawn */
export const tracesAtMost = 4;

/** Folds the first runs of a trace file, in one pass over it; empty where there is no file. */
export function tracedRuns(path: string): Traced[] {
  if (!existsSync(path)) return [];
  const folds: { name: string; timeline: TimelineFold; course: CourseFold }[] = [];
  readTrace(path, (name, rows, stages) => {
    if (folds.length === tracesAtMost) return { add: () => {} };
    const timeline = new TimelineFold(name, rows, { each: rows === stages ? 'stage' : 'device' });
    const course = new CourseFold(stages);
    folds.push({ name, timeline, course });
    return {
      add(event, row) {
        timeline.add(event, row);
        course.add(event);
      },
    };
  });
  return folds
    .map(({ name, timeline, course }) => ({ name, timeline: timeline.value(), course: course.value() }))
    .filter(({ timeline }) => timeline.count > 0);
}

/** Marks the cycle that limits a run, and tells whether its F takes positive rows and negative ones. */
export function annotated(
  timeline: Timeline,
  { limits, layerFigures }: Pick<RunReport, 'limits' | 'layerFigures'>,
): Timeline {
  const pairs = layerFigures?.some(({ negativeGoodness }) => negativeGoodness !== undefined) ?? false;
  return {
    ...timeline,
    pairs,
    ...(limits && { marked: { ops: opsOf(limits.bottleneck.cycle), name: bottleneckText(limits) } }),
  };
}

function opsOf(cycle: readonly string[]): (readonly [number, number])[] {
  return cycle.flatMap((part) => {
    const [, stage, op] = /^stage (\d+) ([FBWU])\b/.exec(part) ?? [];
    return stage === undefined ? [] : [[Number(stage), timelineKinds.indexOf(op as 'F')] as const];
  });
}
