// What the command line's settings use of files: a page reads none.

/** @throws {Error} always */
export async function readText(path: string, thing = path): Promise<string> {
  throw new Error(`${thing} must be given on the command line; a page reads no files`);
}

/** @throws {Error} unless it is JSON */
export function parseJson(text: string, thing: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${thing} must hold JSON`);
  }
}

/** nothing is there */
export const statSync = (): undefined => undefined;
