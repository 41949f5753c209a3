/**
 * An error of the file system that names its file: of a failed write or flush the system says neither which file it was
 * nor where it is.
 *
 * @returns `error` itself where its message names the file already
 */
export function fileError(path: string, error: unknown): Error {
  const { message = String(error), code } = error as NodeJS.ErrnoException;
  if (message.includes(path)) return error as Error;
  const named = new Error(`file ${path} must be writable; got ${message}`, { cause: error });
  return code === undefined ? named : Object.assign(named, { code });
}
