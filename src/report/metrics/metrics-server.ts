import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { must } from '../../core/check.ts';
import { type Figure, tagOf } from '../exports/parts/figures.ts';
import { prometheusNames } from './prometheus-names.ts';

/** Figures of a run for Prometheus, while it runs. */
export interface MetricsServer {
  /** `http://127.0.0.1:<port>/metrics` */
  readonly url: string;
  /** Takes newer figures: each replaces the one of its network, metric, layer and stage. It is cheap: text is made when it is asked for. */
  update(figures: readonly Figure[]): void;
  /** Ends it, with every connection. */
  close(): Promise<void>;
}

/**
 * Serves figures at `GET /metrics` on 127.0.0.1, and nothing else. The process does not stay for it.
 *
 * @param port  0: any that is free
 * @throws {RangeError} when the port is none, or taken
 */
export async function serveMetrics(port: number): Promise<MetricsServer> {
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
  must(isPort, 'metricsPort', 'a port from 0 to 65,535', port);
  // loaded before anything is trained, and only where it is asked for
  await import('prom-client');
  const newest = new Map<string, Figure>();
  const server = createServer((request, response) => {
    answer(request, response, newest).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) => {
      reject(new RangeError(`metricsPort must be a port that is free on 127.0.0.1; got ${port}: ${message}`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    update(figures) {
      for (const figure of figures) newest.set(`${figure.rule} ${figure.seed} ${tagOf(figure)}`, figure);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

async function answer(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  newest: ReadonlyMap<string, Figure>,
): Promise<void> {
  // a page of another name that was pointed at this machine is no monitor
  const ours = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');
  const status = !ours ? 403 : url !== '/metrics' ? 404 : method !== 'GET' ? 405 : 200;
  if (status !== 200) {
    response.writeHead(status, status === 405 ? { allow: 'GET' } : {}).end();
    return;
  }
  const { text, type } = await exposition([...newest.values()]);
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}

/** Figures in Prometheus' text format. */
export async function exposition(figures: readonly Figure[]): Promise<{ text: string; type: string }> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const made = new Map<string, InstanceType<typeof Counter> | InstanceType<typeof Gauge>>();
  for (const [metric, { name, help, kind, labels, factor = 1 }] of Object.entries(prometheusNames)) {
    for (const figure of figures.filter((one) => one.metric === metric)) {
      const { rule, seed, layer, stage, value } = figure;
      const where = { ...(layer !== undefined && { layer }), ...(stage !== undefined && { stage }) };
      const told = { rule, seed, ...where, ...labels };
      const options = { name, help, labelNames: Object.keys(told), registers: [registry] };
      const one = made.get(name) ?? (kind === 'counter' ? new Counter(options) : new Gauge(options));
      made.set(name, one);
      one.inc(told, value * factor);
    }
  }
  return { text: await registry.metrics(), type: registry.contentType };
}
