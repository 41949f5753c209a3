/**
 * An error of the file system that names its file: of a failed write or flush the system does not say which file it was.
 *
 * @returns `error` itself where it has a `path` already
 */
export function fileError(path: string, error: unknown): Error {
  const { message = String(error), code, path: named } = error as NodeJS.ErrnoException;
  if (named !== undefined) return error as Error;
  const told = new Error(`file ${path} must be writable; got ${message}`, { cause: error });
  return Object.assign(told, { path }, code === undefined ? {} : { code });
}
