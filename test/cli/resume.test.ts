import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../src/report.ts';
import { forwardflow, runsFolder, small, started } from './forwardflow.ts';
import { figuresIn } from './report-page.ts';

interface Document {
  readonly runFolder: string;
  readonly runs: readonly {
    readonly weightsHash: string;
    readonly testAccuracy: number | null;
    readonly samples: number;
    readonly samplesPerSecond: number;
    readonly learningSeconds: number;
    readonly wallSeconds: number;
    readonly heldOut: readonly {
      readonly epoch: number;
      readonly accuracy: number;
      readonly seconds: number;
    }[];
  }[];
  readonly resumedFrom?: number;
  readonly interrupted: boolean;
}

const documentOf = (text: string): Document => JSON.parse(text) as Document;
const all = ['train', ...small, '--epochs', '12', '--json'];

interface Line {
  readonly seconds: number;
  readonly progress: object;
  readonly throughput: { readonly samples: number };
}

const metricsOf = (folder: string): Line[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A training that is sent a signal once it has written a checkpoint: its run folder. */
async function stopped(args: readonly string[], signal: NodeJS.Signals = 'SIGKILL'): Promise<string> {
  const runs = runsFolder();
  const { ended, kill } = started([...args, '--runs', runs]);
  const run = () => join(runs, readdirSync(runs)[0] ?? 'none yet');
  const watch = setInterval(() => {
    if (!existsSync(join(run(), 'checkpoint.safetensors'))) return;
    clearInterval(watch);
    kill(signal); // once: a second one ends it at once
  }, 10);
  await ended;
  clearInterval(watch);
  expect(existsSync(join(run(), 'summary.json'))).toBe(signal !== 'SIGKILL');
  return run();
}

test('killed in the middle and resumed in another process, a training ends with the weights of one that nobody disturbed', async () => {
  const whole = documentOf((await forwardflow([...all, '--runs', runsFolder()])).stdout);
  const run = await stopped([...all, '--checkpoint-every', '3']);
  const resumed = documentOf((await forwardflow(['train', '--resume', run, '--json'])).stdout);
  expect(resumed.resumedFrom).toBeGreaterThan(0);
  expect((resumed.resumedFrom ?? 0) % 3).toBe(0);
  expect(resumed.runs[0].weightsHash).toBe(whole.runs[0].weightsHash);
  expect(resumed.runs[0].testAccuracy).toBe(whole.runs[0].testAccuracy);
  expect(readdirSync(run).sort()).toEqual(
    [
      ...['checkpoint.safetensors', 'config.json', 'data.json', 'histograms.json', 'metrics.csv'],
      ...['metrics.jsonl', 'report.html', 'summary.json', 'trace.json'],
      ...[`trace-${resumed.resumedFrom}.json`, 'weights.safetensors'],
    ].sort(),
  );
});

test('the files of a resumed run hold all of it, as those of one that nobody disturbed', async () => {
  const args = [...all, '--held-out', '100'];
  const whole = documentOf((await forwardflow([...args, '--runs', runsFolder()])).stdout);
  const run = await stopped([...args, '--checkpoint-every', '3'], 'SIGINT');
  // a last moment that comes again, as where a process is killed behind its checkpoint
  const late = metricsOf(whole.runFolder).at(-1);
  appendFileSync(join(run, 'metrics.jsonl'), `${JSON.stringify(late)}\n`);
  const resumed = documentOf((await forwardflow(['train', '--resume', run, '--json'])).stdout);
  const text = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');
  expect(text(run, 'histograms.json')).toBe(text(whole.runFolder, 'histograms.json'));

  const [one, other] = [whole.runs[0], resumed.runs[0]];
  expect(other.samples).toBe(one.samples);
  expect(other.samplesPerSecond).toBeCloseTo(other.samples / other.learningSeconds);
  expect(other.wallSeconds).toBeGreaterThan(other.learningSeconds);
  const accuracies = ({ heldOut }: typeof one) => heldOut.map(({ epoch, accuracy }) => [epoch, accuracy]);
  expect(accuracies(other)).toEqual(accuracies(one));
  const rising = (values: readonly number[]): boolean => values.every((one, i) => !(one < values[i - 1]));
  expect(rising(other.heldOut.map(({ seconds }) => seconds))).toBe(true);

  const lines = metricsOf(run);
  expect(rising(lines.map(({ seconds }) => seconds))).toBe(true);
  expect(rising(lines.map(({ throughput }) => throughput.samples))).toBe(true);
  expect(lines.at(-1)?.throughput).toMatchObject({ samples: one.samples, seconds: other.learningSeconds });
  expect(lines.at(-1)?.progress).toEqual(late?.progress);
  const rows = text(run, 'metrics.csv').trimEnd().split('\n').slice(1);
  expect(rising(rows.map((row) => Number(row.split(',')[4])))).toBe(true);

  const page = figuresIn(text(run, 'report.html'));
  const parts = (figure: string): unknown[] => [...new Set(page[figure].rows.map(([series]) => series))];
  const from = (microbatch = 0): string => `ff, from microbatch ${microbatch}`;
  expect(parts('throughput')).toEqual([from(), from(resumed.resumedFrom)]);
  expect(Object.keys(page)).toContain('timeline-2');
});

test('a checkpoint whose notes are not what a run writes is refused by name, one of an earlier version is gone on with', async () => {
  const run = await stopped([...all, '--checkpoint-every', '3']);
  const file = join(run, 'checkpoint.safetensors');
  const { notes, ...checkpoint } = await readCheckpoint(file);
  await writeCheckpoint(file, { ...checkpoint, notes: { ...notes, counts: '{"samples":-1}' } });
  const broken = await forwardflow(['train', '--resume', run]);
  expect(broken.stderr).toMatch(
    /^forwardflow: samples in counts in .*checkpoint.safetensors must be as a run writes it; got what is not: /,
  );
  await writeCheckpoint(file, { ...checkpoint, notes: { heldOut: notes.heldOut } });
  const { stdout, stderr } = await forwardflow(['train', '--resume', run, '--json']);
  expect(stderr).toContain(
    `is of an earlier version: what the run counts begins at microbatch ${checkpoint.microbatch}\n`,
  );
  expect(documentOf(stdout).resumedFrom).toBe(checkpoint.microbatch);
});

test('what is no run to resume, and other settings beside it, are refused', async () => {
  const none = await forwardflow(['train', '--resume', runsFolder()]);
  expect(none.stderr).toMatch(
    /^forwardflow: run to resume must hold a config.json; got '.*', which has none\n$/,
  );
  const other = await forwardflow(['train', '--resume', runsFolder(), '--epochs', '3']);
  expect(other.stderr).toBe("forwardflow: epochs must be left out with resume; got '3'\n");
  expect([none.code, other.code]).toEqual([1, 1]);
});
