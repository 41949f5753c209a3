import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { LiveEnd, LiveFrame, LiveMessage, LiveSnapshot } from '../../../src/report/live/frame.ts';
import { type Ended, fixture, runsFolder, started } from '../forwardflow.ts';

/** what stops the servers of a test that has failed */
const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

interface Watched {
  readonly url: string;
  readonly snapshot: LiveSnapshot;
  stop(): Promise<Ended>;
}

/** Starts `serve`, and reads its events until they say so. @param hear  is told each message; true: enough */
async function watch(
  args: readonly string[],
  hear: (message: LiveMessage, url: string) => boolean,
): Promise<Watched> {
  const url = await new Promise<string>((resolve, reject) => {
    const process = started(['serve', ...args], ({ stdout }) => {
      if (stdout.endsWith('\n')) resolve(stdout.trim());
    });
    running.push(() => process.kill('SIGINT'));
    process.ended.then(({ stderr }) => reject(new Error(stderr)), reject);
    stops.set(args, async () => {
      process.kill('SIGINT');
      return process.ended;
    });
  });
  const snapshot = await new Promise<LiveSnapshot>((resolve, reject) => {
    let first: LiveSnapshot;
    let text = '';
    const asked = get(`${url}events`, (response) => {
      response.on('data', (part: Buffer) => {
        text += part.toString('utf8');
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages.filter((one) => !one.startsWith(':'))) {
          const data = JSON.parse(message.slice(message.indexOf('data: ') + 6));
          if (message.includes('event: snapshot')) first = data as LiveSnapshot;
          else if (hear(data as LiveMessage, url)) {
            asked.destroy();
            resolve(first);
          }
        }
      });
    });
    asked.on('error', reject);
  });
  return { url, snapshot, stop: stops.get(args) as () => Promise<Ended> };
}
const stops = new Map<readonly string[], () => Promise<Ended>>();

const move = (url: string, body: object): Promise<Response> =>
  fetch(`${url}control`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json' },
  });

const small = [
  'train',
  '--data',
  fixture,
  '--layers',
  '12,8',
  '--microbatch',
  '50',
  '--tile',
  'plain',
  '--no-trace',
];

test('a command is watched from its beginning to its summary, which late readers are told too', async () => {
  const root = runsFolder();
  const frames: LiveFrame[] = [];
  let end: LiveEnd | undefined;
  const { url, snapshot, stop } = await watch(['--runs', root, ...small, '--epochs', '2'], (message) => {
    if (message.type === 'frame') frames.push(message.frame);
    if (message.type === 'end') end = message.end;
    return end !== undefined;
  });
  expect(snapshot.command?.slice(0, 2)).toEqual(['train', '--data']);
  const summary = end?.summary as { runFolder: string; runs: { samples: number; steered?: boolean }[] };
  expect(JSON.parse(readFileSync(join(summary.runFolder, 'summary.json'), 'utf8'))).toEqual(summary);
  expect([summary.runFolder.startsWith(root), summary.runs[0].steered, end?.exitCode]).toEqual([
    true,
    undefined,
    0,
  ]);
  expect(frames.at(-1)).toMatchObject({ title: 'ff', samples: summary.runs[0].samples });

  const past = (await (await fetch(`${url}runs`)).json()) as { folder: string; state: string }[];
  expect(past.map(({ state }) => state)).toEqual(['finished']);
  const { curves } = (await (await fetch(`${url}runs/${past[0].folder}`)).json()) as {
    curves: { points: object[] }[];
  };
  expect(curves).toHaveLength(1);
  expect((await move(url, { paused: true })).status).toBe(409);
  const { code, stdout } = await stop();
  expect([code, stdout]).toEqual([130, `${url}\n`]);
}, 60_000);

test('a command that is paused ends with the server in good order, and says that it was steered', async () => {
  const root = runsFolder();
  let moved = false;
  const { stop } = await watch(['--runs', root, ...small, '--epochs', '100000'], (message, url) => {
    if (message.type === 'frame' && message.frame.samples > 0 && !moved) {
      moved = true;
      void move(url, { paused: true });
    }
    return message.type === 'frame' && moved && message.frame.samplesPerSecond === 0;
  });
  const { code, stderr } = await stop();
  expect(code).toBe(130);
  expect(stderr).toContain('Interrupted: the figures are of what was learned until then.');
  expect(stderr).toContain('Steered by hand');
}, 60_000);

test('why a command failed is shown', async () => {
  let end: LiveEnd | undefined;
  const { stop } = await watch(['--runs', runsFolder(), 'train', '--layers', '0'], (message) => {
    if (message.type === 'end') end = message.end;
    return end !== undefined;
  });
  expect(end).toMatchObject({ summary: null, exitCode: 1 });
  expect(end?.complaint).toMatch(/^forwardflow: layers .*got/);
  await stop();
}, 60_000);
