import { open } from 'node:fs/promises';
import { nearestPath, shown } from '../../../extend.ts';
import { oddKey } from './json-keys.ts';

const mostBytes = 1e6;
const deepest = 32;

/**
 * The text of a small file.
 *
 * @param thing  what the file is, for errors: `config file run.json`
 * @param most   bytes that it may have; 1 MB if not given
 * @throws {Error} one sentence, when it can't be read or has more
 */
export async function readText(path: string, thing: string, most = mostBytes): Promise<string> {
  const bytes = await firstBytes(path, most + 1).catch((error: Error) => {
    throw new Error(`${thing} must be a readable file; got ${error.message}${nearestPath(path)}`);
  });
  if (bytes.length > most) throw new Error(`${thing} must be at most ${most / 1e6} MB; got more`);
  return decoded(bytes);
}

/** Text with the byte order mark that some editors write, or without. */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/**
 * The value of a small JSON text.
 *
 * @throws {Error} one sentence, when it is no JSON, has a key twice or is nested more than 32 deep: those who check values call
 *   themselves
 */
export function parseJson(text: string, thing: string): unknown {
  const depth = depthOf(text);
  if (depth > deepest) throw new Error(`${thing} must be nested at most ${deepest} deep; got ${depth}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${thing} must be readable JSON; got ${(error as Error).message}`);
  }
  const key = oddKey(text);
  if (key === '__proto__') throw new Error(`${thing} must hold known settings only; got '__proto__'`);
  if (key !== undefined) throw new Error(`${thing} must hold each key once; got ${shown(key)} twice`);
  return value;
}

/** Reads no more than it is told, for a path may name something endless. */
async function firstBytes(path: string, most: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const parts: Buffer[] = [];
    let length = 0;
    while (length < most) {
      const part = Buffer.alloc(Math.min(most - length, 2 ** 20));
      const { bytesRead } = await file.read(part, 0, part.length, null);
      if (bytesRead === 0) break;
      parts.push(part.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(parts);
  } finally {
    await file.close();
  }
}

/** How deep arrays and objects of a JSON text are nested. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === '\\') i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '{' || character === '[')) most = Math.max(most, ++depth);
    else if (!quoted && (character === '}' || character === ']')) depth--;
  }
  return most;
}
