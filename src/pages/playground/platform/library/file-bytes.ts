import { files } from 'forwardflow:files';

/** The bytes of a file of this package that the page carries; undefined where it does not. */
export function fileBytes(address: URL): Uint8Array | undefined {
  return files[address.href.replace(/^.*\//, '')];
}
