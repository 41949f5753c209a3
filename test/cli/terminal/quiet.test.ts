import { expect, test } from 'vitest';
import { forwardflow, nowhere, runsFolder, small } from '../forwardflow.ts';

const once = [...small, '--epochs', '1', '--limit', '200', '--runtime', 'inline'];

test.each([
  ['train', ['--microbatch', '150']],
  ['compare', []],
])('%s --quiet prints the result, and errors', async (command, more) => {
  const run = await forwardflow([command, ...once, ...more, '--runs', runsFolder(), '--quiet']);
  expect([run.code, run.stderr]).toEqual([0, '']);
  expect(run.stdout).toContain('run folder: ');
  const wrong = await forwardflow([command, ...once, '--runs', runsFolder(), '--quiet', '--seed', '-1']);
  expect([wrong.code, wrong.stderr]).toEqual([
    1,
    'forwardflow: seed must be a whole number, 0 or more; got -1\n',
  ]);
});

test('a remark is left out where it is quiet, and not in the next command', async () => {
  const init = ['--init', (await trained()) as string];
  const told = await forwardflow(['train', ...once, ...init, '--runs', runsFolder()]);
  expect(told.stderr).toMatch(/^init of /m);
  const quiet = await forwardflow(['train', ...once, ...init, '--runs', runsFolder(), '--quiet']);
  expect([quiet.code, quiet.stderr]).toEqual([0, '']);
  const again = await forwardflow(['train', ...once, ...init, '--runs', runsFolder()]);
  expect(again.stderr).toBe(told.stderr);
});

test.each([
  ['simulate', '--stages', '2', '--microbatches', '4'],
  ['sweep', '--vary', 'stages=1,2', '--microbatches', '4', '--out', nowhere('rows')],
  [
    'stress',
    '--source',
    'mnist',
    '--rate',
    '2000/s',
    '--count',
    '100',
    '--layers',
    '9',
    '--tile',
    'plain',
    '--runtime',
    'inline',
    '--runs',
    runsFolder(),
  ],
])('%s has the flag too', async (...args) => {
  const { code, stdout, stderr } = await forwardflow([...args, '--quiet']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).not.toBe('');
});

async function trained(): Promise<string | undefined> {
  const { stdout } = await forwardflow(['train', ...once, '--runs', runsFolder(), '--json']);
  return JSON.parse(stdout).runFolder;
}
