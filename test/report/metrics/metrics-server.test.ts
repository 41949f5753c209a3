import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { prometheusNames } from '../../../src/report/metrics/prometheus-names.ts';
import { type Figure, type MetricsServer, serveMetrics } from '../../../src/report.ts';

let server: MetricsServer;
afterEach(() => server.close());

const figure = (metric: string, value: number, more: Partial<Figure> = {}): Figure => ({
  ...{ rule: 'ff', seed: 1, samples: 300, seconds: 2, metric, value, ...more },
});
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('the newest figures stand at /metrics in the text format, with rule, seed, layer and stage', async () => {
  server = await serveMetrics(0);
  server.update([figure('samples', 200), figure('loss', 0.7, { layer: 1 })]);
  server.update([figure('samples', 300), figure('samples', 50, { rule: 'backprop' })]);
  server.update([
    figure('latency/p99_ms', 250),
    figure('op_seconds/F', 0.5, { stage: 2 }),
    figure('unknown', 1),
  ]);
  const answer = await fetch(server.url);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
  const text = await answer.text();
  expect(linesOf(text)).toEqual([
    'forwardflow_samples_total{rule="ff",seed="1"} 300',
    'forwardflow_samples_total{rule="backprop",seed="1"} 50',
    'forwardflow_loss{rule="ff",seed="1",layer="1"} 0.7',
    'forwardflow_latency_seconds{rule="ff",seed="1",quantile="0.99"} 0.25',
    'forwardflow_op_seconds{rule="ff",seed="1",stage="2",op="F"} 0.5',
  ]);
  expect(text).toContain('# TYPE forwardflow_samples_total counter\n');
  expect(text).toContain('# TYPE forwardflow_loss gauge\n');
});

test('names follow the conventions: snake case, base units, _total on what only grows and on nothing else', () => {
  for (const { name, kind } of Object.values(prometheusNames)) {
    expect(name).toMatch(/^forwardflow_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|percent|kb|mb)\b/);
  }
});

test('nothing but GET /metrics is answered, nor a name that is pointed at this machine', async () => {
  server = await serveMetrics(0);
  const status = async (path: string, init: RequestInit = {}) =>
    (await fetch(new URL(path, server.url), init)).status;
  expect(await status('/')).toBe(404);
  expect(await status('/metrics/../metrics?x')).toBe(404);
  expect(await status('/metrics', { method: 'POST', body: 'x' })).toBe(405);
  const { port } = new URL(server.url);
  const foreign = await new Promise<number | undefined>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/metrics', headers: { host: 'evil.example' } }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .on('error', reject)
      .end();
  });
  expect(foreign).toBe(403);
});

test('a port that is taken or none is refused in a sentence, and one is free again when it has closed', async () => {
  server = await serveMetrics(0);
  const port = Number(new URL(server.url).port);
  await expect(serveMetrics(port)).rejects.toThrow(
    `metricsPort must be a port that is free on 127.0.0.1; got ${port}: listen EADDRINUSE`,
  );
  await expect(serveMetrics(70_000)).rejects.toThrow(
    'metricsPort must be a port from 0 to 65,535; got 70000',
  );
  await server.close();
  server = await serveMetrics(port);
  expect(server.url).toContain(`:${port}/`);
});
