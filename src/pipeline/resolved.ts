import type { OpenLine, Pipeline } from './pipeline.ts';

/** A pipeline with nothing left out. */
export type ResolvedPipeline = Filled<Omit<Pipeline, Optional | 'line'>> &
  Pick<Pipeline, Optional> & { readonly line?: ResolvedLine | undefined };

/** An open line with nothing left out; `lasts` is Infinity where samples come without end. */
export type ResolvedLine = Filled<OpenLine>;

type Filled<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };
type Optional = 'test' | 'heldOut' | 'negatives' | 'augmentation' | 'microbatches' | 'shortlist';
