import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LivePoint, PastCurves, PastRun } from '../../report.ts';
import type { MetricsLine } from '../running/metrics-line.ts';
import { accuracyOf, figuresOf } from '../runs/accuracies.ts';
import { byBegin } from '../runs/record-parts.ts';
import { type RunRecord, recordsIn } from '../runs/run-record.ts';
import { figuresOfStream, type StreamRecord, streamsIn } from '../runs/stream-record.ts';
import { Curve } from './so-far.ts';

/** runs that the list shows at most, the newest */
const listed = 200;

/** The runs of a folder that the page may show, streams under stress among them, the newest first. */
export function pastRuns(root: string): PastRun[] {
  const all = [...recordsIn(root).map(brief), ...streamsIn(root).map(briefStream)];
  return all.sort(byBegin).slice(0, listed);
}

/** What a run has left: its summary, and the curves of its networks, which a stream has none of. */
export interface PastDetails {
  readonly run: PastRun;
  readonly summary: unknown;
  readonly curves: readonly PastCurves[];
}

/**
 * A run of the list, by the name of its folder; undefined for anything else: names are compared with those that the folder has,
 * so none leads out of it.
 */
export async function pastRun(root: string, folder: string): Promise<PastDetails | undefined> {
  if (!existsSync(root) || !readdirSync(root).includes(folder)) return undefined;
  const record = recordsIn(root).find((one) => one.folder === folder);
  const stream = streamsIn(root).find((one) => one.folder === folder);
  if (stream !== undefined) return { run: briefStream(stream), summary: stream.report, curves: [] };
  if (record === undefined) return undefined;
  return { run: brief(record), summary: record.summary, curves: await curvesOf(record.path) };
}

function brief(record: RunRecord): PastRun {
  const { folder, name, command, state, begun } = record;
  const figures = figuresOf(record).map((one) => ({
    rule: one.rule,
    accuracy: accuracyOf(one)?.mean ?? null,
    samplesPerSecond: one.samplesPerSecond?.mean ?? null,
  }));
  return { folder, name, command, state, begun, figures };
}

function briefStream(stream: StreamRecord): PastRun {
  const { folder, name, state, begun } = stream;
  return { folder, name, command: 'stress', state, begun, figures: figuresOfStream(stream) };
}

/** The curves in `metrics.jsonl`, thinned out; lines that are not whole are left out. */
async function curvesOf(path: string): Promise<PastCurves[]> {
  const file = join(path, 'metrics.jsonl');
  if (!existsSync(file)) return [];
  const curves = new Map<string, { curve: Curve; last: MetricsLine }>();
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const line = lineOf(text);
    if (line === undefined) continue;
    const title = `${line.rule}, seed ${line.seed}`;
    const found = curves.get(title);
    const point = pointOf(line, found?.last);
    const curve = found?.curve ?? new Curve();
    curve.add(point);
    curves.set(title, { curve, last: line });
  }
  return [...curves].map(([title, { curve }]) => ({ title, points: curve.points }));
}

function lineOf(text: string): MetricsLine | undefined {
  try {
    return JSON.parse(text) as MetricsLine;
  } catch {
    return undefined;
  }
}

/** @param before  the line before, for the throughput in between */
function pointOf(line: MetricsLine, before: MetricsLine | undefined): LivePoint {
  const { seconds, throughput, latency, running, layers } = line;
  const [since, learned] = [before?.seconds ?? 0, before?.throughput.samples ?? 0];
  return {
    ...{ seconds, samples: throughput.samples, layers: layers ?? [] },
    samplesPerSecond:
      seconds > since
        ? Math.max(0, throughput.samples - learned) / (seconds - since)
        : throughput.samplesPerSecond,
    latencyMs: { p50: latency?.p50 ?? 0, p99: latency?.p99 ?? 0 },
    accuracy: running?.accuracy ?? null,
  };
}

/** The configuration and summary that a run left, as text; undefined where it is no run of the list, or has none. */
export function pastFile(root: string, folder: string, name: string): string | undefined {
  if (!shownFiles.includes(name)) return undefined;
  const record = [...recordsIn(root), ...streamsIn(root)].find((one) => one.folder === folder);
  if (record === undefined || !existsSync(join(record.path, name))) return undefined;
  return readFileSync(join(record.path, name), 'utf8');
}

/** files of a run that are handed out */
const shownFiles: readonly string[] = ['config.json', 'summary.json', 'report.json'];
