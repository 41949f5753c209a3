import type { Pipeline } from './pipeline.ts';

/** A pipeline with nothing left out. */
export type ResolvedPipeline = Filled<Omit<Pipeline, Optional>> & Pick<Pipeline, Optional>;
type Filled<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };
type Optional = 'test' | 'heldOut' | 'negatives' | 'augmentation' | 'microbatches';
