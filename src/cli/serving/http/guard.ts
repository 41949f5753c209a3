import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** What a server was bound to, and the secret in its address. */
export interface Bound {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

/** 256 bits that nobody can guess, as text for an address. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** The headers of every answer: nothing from elsewhere, nothing kept, nothing framed, nothing guessed. */
export const safely: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Why a request is refused: a status, and one sentence. */
export interface Refusal {
  readonly status: number;
  readonly why: string;
}

/**
 * Whether a request may be answered: it names the address that was bound (a name that was rebound to it does not), comes from no
 * other site, and carries the token.
 *
 * @returns what is asked for, below the token, as segments of the path; or why it is refused
 */
export function admitted(
  { url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  bound: Bound,
): readonly string[] | Refusal {
  const { host, origin } = headers;
  if (!isBound(host, bound)) return { status: 421, why: 'Host must be the address that the server printed' };
  const site = headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && origin !== `http://${host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (foreign) return { status: 403, why: 'a request must come from the page itself' };
  const [path] = url.split('?', 1);
  const [root, token = '', ...segments] = path.split('/');
  if (root !== '' || !same(token, bound.token))
    return { status: 403, why: 'the address must be the whole one that the server printed' };
  return segments;
}

function isBound(asked: string | undefined, { host, port }: Bound): boolean {
  if (asked === undefined) return false;
  const shown = addressOf(host);
  if (asked === `${shown}:${port}` || (port === 80 && asked === shown)) return true;
  if (host !== '0.0.0.0' && host !== '::') return false;
  // bound to every address: any of them, but no name
  const [, literal = '', at] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(asked) ?? [];
  return isIP(literal) !== 0 && Number(at ?? 80) === port;
}

/** An address as it stands in a URL. */
export function addressOf(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** in a time that tells nothing of where they differ */
function same(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
