import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wallNanoseconds } from '../../../extend.ts';
import { type LiveMessage, pageAsset } from '../../../report.ts';
import { type ControlMessage, controlMessage } from '../control-message.ts';
import { pageHtml } from '../page.ts';
import { pastFile, pastRun, pastRuns } from '../past-runs.ts';
import type { SoFar } from '../so-far.ts';
import { bodyOf } from './body.ts';
import { addressOf, admitted, type Bound, newToken, safely } from './guard.ts';
import { eventText, Readers } from './readers.ts';

/** bytes of what the page asks */
const bodyAtMost = 4096;
/** readers at the same time */
const readersAtMost = 256;

export interface LiveServerOptions {
  readonly host: string;
  /** 0: any that is free */
  readonly port: number;
  /** the folder of past runs */
  readonly root: string;
  readonly soFar: SoFar;
  /** moves the controls. @returns whether there is a command to move them of */
  readonly control: (message: ControlMessage) => boolean;
}

export interface LiveServer {
  readonly url: string;
  /** Tells all who read, and keeps what those who come later need. */
  tell(message: LiveMessage): void;
  close(): Promise<void>;
}

/** Serves the live page. @throws {Error} when the address can't be bound */
export async function liveServer(options: LiveServerOptions): Promise<LiveServer> {
  const { host, port, soFar } = options;
  const readers = new Readers({ most: readersAtMost, room: 16, patience: 30e9, clock: wallNanoseconds });
  const bound = { host, port, token: newToken() };
  const server = createServer((request, response) => {
    answer(request, response, bound, { ...options, readers }).catch(() => response.destroy());
  });
  // an answer that nobody takes, or a question that never ends, holds its place for so long
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  server.maxConnections = 2 * readersAtMost;
  await listening(server, host, port);
  bound.port = (server.address() as AddressInfo).port;
  // also tells whether somebody still reads
  const beat = setInterval(() => readers.send(': still here\n\n', true), 10_000).unref();
  return {
    url: `http://${addressOf(host)}:${bound.port}/${bound.token}/`,
    tell(message) {
      soFar.add(message);
      readers.send(eventText(message.type, message), message.type === 'frame');
    },
    close() {
      clearInterval(beat);
      readers.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(
        new Error(
          `address must be free, and one of this machine; got ${addressOf(host)}:${port}: ${message}`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

type Served = LiveServerOptions & { readonly readers: Readers };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  bound: Bound,
  served: Served,
): Promise<void> {
  const asked = admitted(request, bound);
  if ('status' in asked) return refuse(response, asked.status, asked.why);
  const [first, ...rest] = asked.map(decoded);
  const { method } = request;
  if (first === 'control' && rest.length === 0) {
    if (method !== 'POST') return refuse(response, 405, 'controls are moved with POST', { allow: 'POST' });
    return control(request, response, served);
  }
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'only GET', { allow: 'GET, HEAD' });
  if (method === 'GET' && first === 'events' && rest.length === 0) return events(request, response, served);
  const found = await documentOf(first, rest, served);
  if (found === undefined) return refuse(response, 404, 'there is no such page');
  const [type, text] = found;
  response.writeHead(200, { ...safely, 'content-type': `${type}; charset=utf-8` });
  response.end(method === 'HEAD' ? undefined : text);
}

/** What a path shows, of the few that there are: its type and its text. */
async function documentOf(
  first: string | undefined,
  [second, third, ...more]: readonly string[],
  { root }: Served,
): Promise<readonly [string, string] | undefined> {
  const json = (value: unknown) => ['application/json', JSON.stringify(value)] as const;
  if (more.length > 0 || first === undefined) return undefined;
  if (first === 'runs') {
    if (second === undefined) return json(pastRuns(root));
    if (third === undefined) {
      const run = await pastRun(root, second);
      return run && json(run);
    }
    const text = pastFile(root, second, third);
    return text === undefined ? undefined : ['application/json', text];
  }
  if (second !== undefined) return undefined;
  if (first === '') return ['text/html', pageHtml];
  if (first === 'live.js') return ['text/javascript', pageAsset('live.js')];
  if (first === 'live.css') return ['text/css', pageAsset('live.css')];
  return undefined;
}

async function control(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return refuse(response, 415, 'controls are moved with JSON');
  const text = await bodyOf(request, bodyAtMost);
  if (text === undefined)
    return refuse(response, 413, `a body must be at most ${bodyAtMost} bytes`, { connection: 'close' });
  const asked = controlMessage.safeParse(parsed(text));
  if (!asked.success)
    return refuse(response, 400, 'controls must be paused, capacity, perSecond or noise, in range');
  if (!served.control(asked.data)) return refuse(response, 409, 'there is no command under way');
  response.writeHead(204, safely).end();
}

function events(request: IncomingMessage, response: ServerResponse, { readers, soFar }: Served): void {
  if (!readers.room) {
    refuse(response, 503, `at most ${readersAtMost} may read at a time`);
    return;
  }
  request.socket.setTimeout(0);
  response.writeHead(200, { ...safely, 'content-type': 'text/event-stream; charset=utf-8' });
  readers.add(response, `retry: 1000\n${eventText('snapshot', soFar.snapshot())}`);
}

function refuse(
  response: ServerResponse,
  status: number,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...safely, 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${why}\n`);
}

/** A segment of a path; one that can't be decoded is no name of anything. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '\0';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
