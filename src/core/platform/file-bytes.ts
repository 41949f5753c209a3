import { existsSync, readFileSync } from 'node:fs';

/** The bytes of a file of this package; undefined where it is not there. Node's form; pages carry such files with them. */
export function fileBytes(address: URL): Uint8Array | undefined {
  return existsSync(address) ? readFileSync(address) : undefined;
}
