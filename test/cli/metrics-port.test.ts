import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { forwardflow, runsFolder, small, started } from './forwardflow.ts';

/** Runs a command that is scraped as soon as it tells where, again and again until it ends. */
async function scraped(args: readonly string[]) {
  let last = '';
  let url: string | undefined;
  let asked: Promise<void> | undefined;
  const scrape = async (from: string): Promise<void> => {
    for (;;) {
      const text = await fetch(from)
        .then((answer) => answer.text())
        .catch(() => undefined);
      if (text === undefined) return;
      if (text.trim() !== '') last = text;
    }
  };
  const { ended } = started([...args, '--metrics-port', '0', '--runs', runsFolder(), '--json'], (soFar) => {
    url ??= /^metrics at (http:\/\/127\.0\.0\.1:\d+\/metrics)$/m.exec(soFar.stderr)?.[1];
    if (url !== undefined) asked ??= scrape(url);
  });
  const { code, stdout } = await ended;
  await asked;
  return { code, document: JSON.parse(stdout), last };
}

test('train serves its figures while it runs, and ends with nothing left open', async () => {
  const flags = ['--rule', 'mono-forward', '--runtime', 'inline', '--no-trace', '--epochs', '12'];
  const { code, document, last } = await scraped(['train', ...small, ...flags]);
  expect(code).toBe(0);
  const [, samples] = /^forwardflow_samples_total\{rule="mono-forward",seed="1"\} (\d+)$/m.exec(last) ?? [];
  expect(Number(samples)).toBeGreaterThan(0);
  expect(Number(samples)).toBeLessThanOrEqual(document.runs[0].samples);
  expect(last).toMatch(/^forwardflow_loss\{rule="mono-forward",seed="1",layer="1"\} [\d.]+$/m);
  expect(last).toMatch(
    /^forwardflow_stage_time_ratio\{rule="mono-forward",seed="1",stage="0",state="busy"\}/m,
  );
});

test('stress serves what came, was learned from, was dropped and waits', async () => {
  const stream = [
    '--source',
    'sea',
    '--rate',
    '500/s',
    '--duration',
    '3s',
    '--rule',
    'mono-forward',
    '--layers',
    '8',
  ];
  const { last } = await scraped([
    'stress',
    ...stream,
    '--runtime',
    'inline',
    '--tile',
    'plain',
    '--no-trace',
  ]);
  const figure = (name: string) =>
    Number(new RegExp(`^forwardflow_${name}\\{[^}]*\\} ([\\d.]+)$`, 'm').exec(last)?.[1]);
  expect(figure('offered_samples_total')).toBeGreaterThan(0);
  expect(figure('offered_samples_total')).toBeGreaterThanOrEqual(figure('samples_total'));
  expect(figure('dropped_samples_total')).toBeGreaterThanOrEqual(0);
  expect(figure('in_flight_samples')).toBeGreaterThanOrEqual(0);
});

test('a port that is none or taken is refused before anything is trained', async () => {
  const told = async (port: string) =>
    (await forwardflow(['train', ...small, '--runs', runsFolder(), '--metrics-port', port])).stderr;
  expect(await told('-1')).toBe('forwardflow: metricsPort must be a whole number, 0 or more; got -1\n');
  expect(await told('65536')).toBe('forwardflow: metricsPort must be a port from 0 to 65,535; got 65536\n');
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  expect(await told(String(port))).toContain(`must be a port that is free on 127.0.0.1; got ${port}`);
  other.close();
});
