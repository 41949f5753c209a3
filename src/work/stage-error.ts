import type { OpKind } from '../core/trace.ts';

/** Where in a pipeline something went wrong. */
export interface Place {
  /** 'source', 'sink', or a stage's number */
  readonly stage: number | 'source' | 'sink';
  /** sequence number of the microbatch at hand, where there was one */
  readonly microbatch?: number | undefined;
  readonly op?: OpKind | undefined;
}

/** An error with its place; it crosses threads as plain data. */
export interface PlainError {
  readonly place: Place;
  readonly reason: string;
  /** where in the code it was thrown, on the thread that threw it */
  readonly stack?: string | undefined;
}

export function plainError(place: Place, error: unknown): PlainError {
  return { place, reason: reasonOf(error), stack: error instanceof Error ? error.stack : undefined };
}

/** What a run fails with: the place, and the reason in one sentence. */
export class StageError extends Error {
  readonly place: Place;

  constructor(place: Place, reason: string, cause?: unknown) {
    super(`${where(place)}: ${reason}`, cause === undefined ? undefined : { cause });
    this.name = 'StageError';
    this.place = place;
  }
}

/** The error that another thread sent; its cause has the stack of that thread. */
export function stageError({ place, reason, stack }: PlainError): StageError {
  const cause = new Error(reason);
  if (stack !== undefined) cause.stack = stack;
  return new StageError(place, reason, cause);
}

function where({ stage, microbatch, op }: Place): string {
  const parts = [typeof stage === 'number' ? `stage ${stage}` : stage];
  if (microbatch !== undefined) parts.push(`microbatch ${microbatch}`);
  if (op !== undefined) parts.push(`op ${op}`);
  return parts.join(', ');
}

export function reasonOf(error: unknown): string {
  // an error that another thread sent may be no Error of this one's
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
