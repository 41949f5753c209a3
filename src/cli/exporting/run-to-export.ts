import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Figure,
  figuresIn,
  type NetworkToExport,
  networkName,
  type RunToExport,
  readSafetensors,
  type TraceFile,
  traceOf,
} from '../../report.ts';
import { networksIn } from '../predicting/trained.ts';
import { storedData } from '../running/run-data.ts';
import type { RunRecord } from '../runs/run-record.ts';
import { readText } from '../settings/files/text-file.ts';
import { formOf } from './network-form.ts';

/** bytes of a trace or of metrics that are read; a run writes 20 MB of the one, and 5 kB a second of the other */
const mostBytes = 256e6;

/** A run folder as exports see it. It is not trusted: what breaks a rule is told in one sentence with the file's name. */
export function runToExport({ path: folder, begun, summary }: RunRecord): RunToExport {
  return {
    folder,
    begun: new Date(begun),
    async figures() {
      const path = join(folder, 'metrics.jsonl');
      const text = await readText(path, `metrics ${path}`, mostBytes);
      return [...figuresIn(linesOf(text, path), path), ...atTheEnd(summary)];
    },
    traces: () => tracesIn(folder),
    networks: () => networksOf(folder),
  };
}

/** The traces of a run folder, in the order of their parts. */
export async function tracesIn(folder: string): Promise<TraceFile[]> {
  const names = (await readdir(folder)).filter((name) => /^trace(-\d+)*\.json$/.test(name)).sort();
  const traces: TraceFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    traces.push(traceOf(name, await readText(path, `trace ${path}`, mostBytes), path));
  }
  return traces;
}

/** Each line's value; a last line without its end, as a run that was killed leaves it, does not count. */
function linesOf(text: string, path: string): unknown[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw new Error(`line ${i + 1} of ${path} must be JSON; got '${line.slice(0, 40)}'`);
    }
  });
}

/** The test accuracy, which is known when the run has ended. */
function atTheEnd(summary: RunRecord['summary']): Figure[] {
  const runs = Array.isArray(summary?.runs) ? summary.runs : [];
  return runs.flatMap(({ rule, seed, samples, wallSeconds: seconds, testAccuracy: value }) => {
    const whole = typeof rule === 'string' && Number.isSafeInteger(seed) && Number.isSafeInteger(samples);
    if (!whole || !Number.isFinite(value) || !Number.isFinite(seconds)) return [];
    return [{ rule, seed, samples, seconds, metric: 'accuracy/test', value: value as number }];
  });
}

async function networksOf(folder: string): Promise<NetworkToExport[]> {
  const stored = await storedData(folder);
  const networks: NetworkToExport[] = [];
  for (const { settings, weightsFile } of await networksIn(folder)) {
    const { parameters, metadata } = await readSafetensors(weightsFile);
    // of layers of one's own the name that their plan had: no module is loaded here
    const rule = metadata.rule ?? settings.rule;
    const form = formOf(settings, stored);
    const known = stored && {
      classes: JSON.stringify(stored.known.classNames),
      scaling: JSON.stringify(stored.known.scaling),
    };
    networks.push({
      ...{ rule, seed: settings.seed, name: networkName(rule, settings.seed), parameters },
      ...{ metadata: { ...metadata, rule, seed: String(settings.seed), ...known }, form },
    });
  }
  return networks;
}
