import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { print } from '../../src/cli/running/output.ts';
import { type Job, type Outcome, trainAll } from '../../src/cli/running/train-all.ts';
import { trainSettings } from '../../src/cli/settings/train-settings.ts';
import { plain } from '../../src/extend.ts';
import type { RunFolder } from '../../src/report/files/run-folder.ts';
import { fixture } from './forwardflow.ts';

/** What happens to the run folder: before it is opened, and once its config has been written. */
const sabotage = vi.hoisted(() => ({ before: (_: string) => {}, during: (_: string) => {} }));
vi.mock('../../src/report/files/run-folder.ts', async (original) => {
  const actual = await original<typeof import('../../src/report/files/run-folder.ts')>();
  const openRunFolder = async (root: string): Promise<RunFolder> => {
    const folder = join(root, 'run');
    mkdirSync(folder);
    sabotage.before(folder);
    const opened = { ...(await actual.reopenRunFolder(folder, 0)), traceName: 'trace.json' };
    const writeJson: RunFolder['writeJson'] = async (name, value) => {
      await opened.writeJson(name, value);
      if (name === 'config.json') sabotage.during(folder);
    };
    return { ...opened, writeJson };
  };
  return { ...actual, openRunFolder };
});

let root: string;
let stdout: string;
let stderr: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'forwardflow-files-'));
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(sabotage, { before: () => {}, during: () => {} });
  rmSync(root, { recursive: true, force: true });
  process.exitCode = 0;
});

const settings = trainSettings.parse({
  ...{ data: fixture, layers: [8, 6], runtime: 'inline', epochs: 1, limit: 300, microbatch: 20 },
});
const job = (more: Partial<Job> = {}): Job => {
  const networks = [{ settings, weightsFile: 'weights.safetensors', title: 'ff' }];
  return { command: 'train', root, config: settings, products: plain(), networks, ...more };
};
const file = (name: string) => join(root, 'run', name);
const ended = async (outcome: Outcome, json = false): Promise<unknown> => {
  try {
    print(outcome, json);
    return undefined;
  } catch (error) {
    return error;
  }
};

test('a run whose files can all be written names none', async () => {
  const outcome = await trainAll(job());
  expect(outcome.exitCode).toBe(0);
  expect(outcome.summary.unwritten).toBeUndefined();
  expect(JSON.parse(readFileSync(file('summary.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(outcome.summary)),
  );
  expect(stderr).toBe('');
});

test('a folder that is removed while the run goes on costs files, and no figure', async () => {
  sabotage.during = (folder) => rmSync(folder, { recursive: true });
  const outcome = await trainAll(job());
  expect(await ended(outcome)).toBeUndefined();
  expect(outcome.summary.runs[0].samples).toBe(300);
  expect(outcome.summary.unwritten?.map((fault) => fault.replaceAll(root, ''))).toEqual([
    expect.stringMatching(/ENOENT.*\/run\/weights\.safetensors/),
    expect.stringMatching(/ENOENT.*\/run\/histograms\.json/),
    expect.stringMatching(/ENOENT.*\/run\/summary\.json/),
  ]);
  expect(stdout).toContain('samples/s');
  expect(stderr.trimEnd().split('\n')).toHaveLength(3);
  expect(process.exitCode).toBe(1);
});

test.skipIf(process.platform !== 'linux')(
  'a trace and metrics that fill the disk are told of once each, and the training goes on',
  async () => {
    sabotage.before = (folder) => {
      for (const name of ['metrics.jsonl', 'trace.json']) symlinkSync('/dev/full', join(folder, name));
    };
    const outcome = await trainAll(job({ networks: [...job().networks, ...job().networks] }));
    expect(outcome.failure).toBeUndefined();
    expect(outcome.summary.runs.map(({ samples }) => samples)).toEqual([300, 300]);
    const sentences = ['trace.json', 'metrics.jsonl'].map(
      (name) => `file ${file(name)} must be writable; got ENOSPC: no space left on device, write`,
    );
    expect(outcome.summary.unwritten).toEqual(sentences);
    expect(stderr).toBe(sentences.map((sentence) => `forwardflow: ${sentence}\n`).join(''));
    expect(JSON.parse(readFileSync(file('summary.json'), 'utf8')).unwritten).toEqual(sentences);
  },
);

test('a file whose name a folder has is named, and the document is printed', async () => {
  sabotage.during = (folder) => {
    for (const name of ['summary.json', 'weights.safetensors'])
      mkdirSync(join(folder, name, 'inside'), { recursive: true });
  };
  const outcome = await trainAll(job());
  expect(await ended(outcome, true)).toBeUndefined();
  const document = JSON.parse(stdout);
  expect(document.runs[0].samples).toBe(300);
  expect(document.unwritten).toEqual([
    expect.stringContaining(file('weights.safetensors')),
    expect.stringContaining(file('summary.json')),
  ]);
});

test('a trace whose name a folder has costs the trace alone', async () => {
  sabotage.before = (folder) => mkdirSync(join(folder, 'trace.json'));
  const outcome = await trainAll(job());
  expect(outcome.summary.unwritten).toEqual([expect.stringContaining(file('trace.json'))]);
  expect(readFileSync(file('metrics.jsonl'), 'utf8')).toContain('"rule":"ff"');
});

describe('a run that fails', () => {
  const wrong = { settings: { ...settings, workers: 9 }, weightsFile: 'second.safetensors', title: 'second' };
  const two = () => job({ networks: [...job().networks, wrong] });
  const cause = /^workers must be at most 2, the number of layers; got 9/;

  test('ends with its own error, the figures of the run before it, and a summary', async () => {
    const outcome = await trainAll(two());
    expect(await ended(outcome)).toBe(outcome.failure);
    expect(outcome.failure?.message).toMatch(cause);
    expect(stdout).toContain('samples/s');
    const summary = JSON.parse(readFileSync(file('summary.json'), 'utf8'));
    expect(summary.error).toMatch(cause);
    expect(summary.runs).toHaveLength(1);
  });

  test('tells its own error first where the summary cannot be written either', async () => {
    sabotage.during = (folder) => mkdirSync(join(folder, 'summary.json', 'inside'), { recursive: true });
    const { failure, exitCode, summary } = await trainAll(two());
    expect(failure?.message).toMatch(cause);
    expect(failure?.message).toMatch(/got 9; .*summary\.json/);
    expect(failure?.message).not.toContain('\n');
    expect(`${failure?.cause}`).toContain('workers must be at most 2');
    expect([exitCode, summary.runs.length, stderr]).toEqual([1, 1, '']);
  });

  test('prints nothing on standard output where no run was finished', async () => {
    const outcome = await trainAll(job({ networks: [wrong] }));
    expect(await ended(outcome, true)).toBe(outcome.failure);
    expect(stdout).toBe('');
  });
});

test('a config that cannot be written ends the command before anything is learned', async () => {
  sabotage.before = (folder) => mkdirSync(join(folder, 'config.json', 'inside'), { recursive: true });
  const outcome = await trainAll(job());
  expect(outcome.failure?.message).toContain(file('config.json'));
  expect(outcome.summary.runs).toEqual([]);
});

test('where a trace is cut, the document and one line of the output say what it has of each run', async () => {
  const outcome = await trainAll(job());
  const traceCut = [
    { name: 'ff', events: 1200, dropped: 34 },
    { name: 'backprop', events: 9, dropped: 1 },
  ];
  await ended({ ...outcome, summary: { ...outcome.summary, traceCut } });
  expect(stdout).toContain(
    '\nThe trace has the first 1,200 of 1,234 events of ff, the first 9 of 10 events of\nbackprop.\n',
  );
});

test('pictures are printed where they were asked for', async () => {
  const outcome = await trainAll(job({ pictures: true }));
  await ended(outcome);
  expect(stdout).toMatch(
    /\nff, stream, the last microbatches learned:\n0 {2}[FWUPfwup.\d]+\n1 {2}[FWUPfwup.\d]+\n/,
  );
  stdout = '';
  await ended(await trainAll(job({ root: mkdtempSync(join(root, 'second-')) })));
  expect(stdout).not.toContain('F forward');
});
