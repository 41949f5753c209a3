import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlMessage } from '../../../src/cli/serving/control-message.ts';
import { type LiveServer, liveServer } from '../../../src/cli/serving/http/live-server.ts';
import { SoFar } from '../../../src/cli/serving/so-far.ts';
import { forwardflow, runsFolder } from '../forwardflow.ts';

const parent = runsFolder();
const root = join(parent, 'runs');
const moved: ControlMessage[] = [];
let server: LiveServer;
let base: URL;

beforeAll(async () => {
  const folder = join(root, '2026-01-02T03-04-05-train');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ rule: 'ff', layers: [8] }));
  writeFileSync(join(folder, 'secret.txt'), 'not for pages');
  writeFileSync(join(parent, 'config.json'), JSON.stringify({ rule: 'ff', layers: [8], outside: true }));
  const soFar = new SoFar(['train'], null);
  const control = (message: ControlMessage) => moved.push(message) > 0;
  server = await liveServer({ host: '127.0.0.1', port: 0, root, soFar, control });
  base = new URL(server.url);
});
afterAll(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Asks for exactly this path: no client tidies it up. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: base.hostname, port: base.port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const post = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(`${base.pathname}control`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', ...headers },
  });

test('whoever has the whole address is shown the page, under a strict policy and without being cached', async () => {
  const { status, headers, text } = await ask(base.pathname);
  expect([status, text.includes('<title>forwardflow live')]).toEqual([200, true]);
  const policy = headers['content-security-policy'] ?? '';
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
  ])
    expect(policy).toContain(rule);
  expect(policy).not.toContain('unsafe');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
});

test('its token is of 256 bits, and no path is answered without the right one', async () => {
  const token = base.pathname.slice(1, -1);
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  const wrong = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
  for (const page of ['', 'live.js', 'events', 'runs', 'control'])
    for (const other of [wrong, token.slice(1), `${token}0`, ''])
      expect((await ask(`/${other}/${page}`)).status).toBe(403);
  expect((await ask('/')).status).toBe(403);
  expect((await ask(`/?token=${token}`)).status).toBe(403);
});

test('a name that was rebound to the address is refused, and so is another port', async () => {
  const { port } = base;
  for (const host of [
    `evil.example:${port}`,
    `localhost:${port}`,
    '127.0.0.1',
    '127.0.0.1:1',
    `127.0.0.2:${port}`,
  ])
    expect((await ask(base.pathname, { headers: { host } })).status).toBe(421);
});

test('other sites are refused, whether they read or steer', async () => {
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost']) {
    expect((await ask(base.pathname, { headers: { origin } })).status).toBe(403);
    expect((await post('{"paused":true}', { origin })).status).toBe(403);
  }
  for (const site of ['cross-site', 'same-site'])
    expect((await post('{"paused":true}', { 'sec-fetch-site': site })).status).toBe(403);
  expect(moved).toEqual([]);
  expect(
    (await post('{"paused":true}', { origin: base.origin, 'sec-fetch-site': 'same-origin' })).status,
  ).toBe(204);
  expect(moved.splice(0)).toEqual([{ paused: true }]);
});

test('no path leads out of the folder of runs, or to files that are not for pages', async () => {
  const run = '2026-01-02T03-04-05-train';
  expect((await ask(`${base.pathname}runs/${run}/config.json`)).status).toBe(200);
  for (const path of [
    ...[
      '../',
      '..%2f',
      '..%2fconfig.json',
      '%2e%2e/',
      '%2e%2e%2fconfig.json',
      'runs/..',
      'runs/../config.json',
    ],
    ...['runs/..%2f/config.json', 'runs/%2e%2e/config.json', `runs/${run}/..%2f..%2fconfig.json`],
    ...[
      `runs/${run}/../../config.json`,
      `runs/${run}/secret.txt`,
      `runs/${run}/config.json/`,
      'runs/%00/config.json',
    ],
    ...[
      `runs/${run}%00/config.json`,
      'runs/%/config.json',
      'runs//config.json',
      `runs/.%2f${run}/config.json`,
    ],
    ...[
      'live.js/..',
      'package.json',
      '//live.js',
      'runs/..%5c..%5cconfig.json',
      '%252e%252e%252fconfig.json',
    ],
  ]) {
    const { status, text } = await ask(`${base.pathname}${path}`);
    expect([path, status]).toEqual([path, 404]);
    expect(text).not.toContain('outside');
  }
});

test('a body above 4 kB is not read, announced or not', async () => {
  const big = JSON.stringify({ noise: 0, padding: 'x'.repeat(5000) });
  expect((await post(big)).status).toBe(413);
  expect((await post(big, { 'transfer-encoding': 'chunked' })).status).toBe(413);
  expect((await post(big, { 'content-length': '10000000000' })).status).toBe(413);
  expect(moved).toEqual([]);
});

test('controls take what they know, in range, as JSON', async () => {
  for (const body of [
    '',
    '[]',
    '{"capacity":0}',
    '{"capacity":1.5}',
    '{"noise":-1}',
    '{"perSecond":0}',
    '{"shell":"ls"}',
  ])
    expect((await post(body)).status).toBe(400);
  expect((await post('{"paused":true}', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await ask(`${base.pathname}control`)).status).toBe(405);
  expect((await ask(base.pathname, { method: 'DELETE' })).status).toBe(405);
  expect(moved).toEqual([]);
});

test('an address that other machines reach is refused, unless it was allowed', async () => {
  for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.org']) {
    const { code, stderr } = await forwardflow(['serve', '--host', host, '--runs', root]);
    expect([code, stderr]).toEqual([
      1,
      `forwardflow: host must be an address of this machine alone, such as 127.0.0.1, without --allow-remote; got '${host}'\n`,
    ]);
  }
});
