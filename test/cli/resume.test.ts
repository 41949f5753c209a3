import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forwardflow, runsFolder, small, started } from './forwardflow.ts';

interface Document {
  readonly runs: readonly { readonly weightsHash: string; readonly testAccuracy: number | null }[];
  readonly resumedFrom?: number;
  readonly interrupted: boolean;
}

const documentOf = (text: string): Document => JSON.parse(text) as Document;
const all = ['train', ...small, '--epochs', '12', '--json'];

test('killed in the middle and resumed in another process, a training ends with the weights of one that nobody disturbed', async () => {
  const whole = documentOf((await forwardflow([...all, '--runs', runsFolder()])).stdout);
  const runs = runsFolder();
  const { ended, kill } = started([...all, '--runs', runs, '--checkpoint-every', '3']);
  const run = () => join(runs, readdirSync(runs)[0] ?? 'none yet');
  const watch = setInterval(() => {
    if (existsSync(join(run(), 'checkpoint.safetensors'))) kill('SIGKILL');
  }, 10);
  await ended;
  clearInterval(watch);
  expect(existsSync(join(run(), 'summary.json'))).toBe(false);
  const resumed = documentOf((await forwardflow(['train', '--resume', run(), '--json'])).stdout);
  expect(resumed.resumedFrom).toBeGreaterThan(0);
  expect((resumed.resumedFrom ?? 0) % 3).toBe(0);
  expect(resumed.runs[0].weightsHash).toBe(whole.runs[0].weightsHash);
  expect(resumed.runs[0].testAccuracy).toBe(whole.runs[0].testAccuracy);
  expect(readdirSync(run()).sort()).toEqual(
    [
      ...['checkpoint.safetensors', 'config.json', 'data.json', 'histograms.json', 'metrics.csv'],
      ...['metrics.jsonl', 'report.html', 'summary.json', 'trace.json'],
      ...[`trace-${resumed.resumedFrom}.json`, 'weights.safetensors'],
    ].sort(),
  );
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
