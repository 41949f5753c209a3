import { printableLine } from '../../core/check.ts';

/** An error whose message can be printed: itself, where it can be already. */
export function printableError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = printableLine(error.message);
  return message === error.message ? error : new Error(message, { cause: error });
}
