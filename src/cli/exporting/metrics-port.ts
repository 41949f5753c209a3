import type { Command } from 'commander';
import { type Figure, figuresIn, type MetricsServer, serveMetrics } from '../../report.ts';
import type { MetricsLine } from '../running/metrics-line.ts';
import { whole } from '../settings/fields.ts';
import { parse } from '../settings/read-settings.ts';
import type { LiveFigures } from '../terminal/stress-progress.ts';

/** The flag of commands that can be scraped by Prometheus while they run. */
export function metricsFlag(command: Command): Command {
  return command.option(
    '--metrics-port <number>',
    'serve figures for Prometheus on this port of 127.0.0.1, at /metrics, while it runs; 0: any that is free, which is told',
  );
}

/**
 * Does something while its figures can be scraped, where a port is given.
 *
 * @throws {Error} when the port is none, or taken; or as `act` does
 */
export async function whileScraped<T>(
  port: unknown,
  act: (metrics: MetricsServer | undefined) => Promise<T>,
): Promise<T> {
  const asked = parse(whole('metricsPort', 0).optional(), port, 'settings');
  if (asked === undefined) return act(undefined);
  const server = await serveMetrics(asked);
  process.stderr.write(`metrics at ${server.url}\n`);
  try {
    return await act(server);
  } finally {
    await server.close();
  }
}

/** The figures of a line of metrics. */
export function figuresOfLine(line: MetricsLine): Figure[] {
  const { rule, seed, seconds, throughput } = line;
  const { samples } = throughput;
  return [
    { rule, seed, samples, seconds, metric: 'samples', value: samples },
    ...figuresIn([line], 'metrics'),
  ];
}

/** The figures of a stream under stress. */
export function figuresOfStream(
  { seconds, flow, latency, accuracy, stages }: LiveFigures,
  { rule, seed }: { readonly rule: string; readonly seed: number },
): Figure[] {
  const { learned: samples } = flow;
  const { p50, p99, max } = latency.latencyMs;
  const told: Record<string, number | undefined> = {
    samples,
    'line/offered': flow.offered,
    'line/dropped': flow.dropped.total,
    'line/in_flight': flow.inFlight,
    'line/waiting': flow.waiting,
    'latency/p50_ms': p50,
    'latency/p99_ms': p99,
    'latency/max_ms': max,
    'accuracy/running': accuracy,
  };
  const of = (metric: string, value: number | undefined, stage?: number): Figure[] =>
    value === undefined || !Number.isFinite(value)
      ? []
      : [{ rule, seed, samples, seconds, metric, value, ...(stage !== undefined && { stage }) }];
  return [
    ...Object.entries(told).flatMap(([metric, value]) => of(metric, value)),
    ...stages.flatMap(({ busy }, stage) => of('utilisation/busy', busy, stage)),
  ];
}
