import { existsSync } from 'node:fs';
import { z } from 'zod';
import { fileLines } from '../../report.ts';

const layer = z.object({
  layer: z.int().min(0).max(10_000),
  loss: z.number().optional(),
  positiveGoodness: z.number().optional(),
  negativeGoodness: z.number().optional(),
  accuracy: z.number().optional(),
});

/** As much of a line of `metrics.jsonl` as a report reads. */
const schema = z.object({
  rule: z.string(),
  seed: z.number(),
  seconds: z.number(),
  throughput: z.object({ samples: z.number(), samplesPerSecond: z.number() }),
  running: z.object({ accuracy: z.number().nullish() }).optional(),
  layers: z.array(layer).optional(),
});
export type MetricsPoint = z.infer<typeof schema>;

/** points of a run that a report keeps */
const most = 240;

/**
 * The lines of a `metrics.jsonl`, run by run: all of a short run, else every second, fourth, … and the last.
 *
 * @returns by rule and seed: `ff 1`; empty where there is no file
 * @throws {Error} one sentence, when a line is not one of metrics
 */
export function readMetrics(path: string): Map<string, MetricsPoint[]> {
  const runs = new Map<
    string,
    { points: MetricsPoint[]; every: number; seen: number; last?: MetricsPoint }
  >();
  if (!existsSync(path)) return new Map();
  fileLines(path, (line, number, last) => {
    const point = pointIn(line);
    if (point === undefined && last) return; // torn: the process was killed
    if (point === undefined)
      throw new Error(`line ${number} of ${path} must be figures of a run; got ${line.slice(0, 40)}`);
    const key = `${point.rule} ${point.seed}`;
    const run = runs.get(key) ?? { points: [], every: 1, seen: 0 };
    runs.set(key, run);
    run.last = point;
    if (run.seen++ % run.every === 0) run.points.push(point);
    if (run.points.length < most) return;
    run.points = run.points.filter((_, i) => i % 2 === 0);
    run.every *= 2;
  });
  return new Map(
    [...runs].map(([key, { points, last }]) => [
      key,
      last === undefined || points.at(-1) === last ? points : [...points, last],
    ]),
  );
}

function pointIn(line: string): MetricsPoint | undefined {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
