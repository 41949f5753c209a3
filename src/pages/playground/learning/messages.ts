import type { Choices } from './network.ts';

/** What the page asks its worker. */
export type Ask =
  | { readonly ask: 'load'; readonly digits: string }
  /** begins, or goes on where it was paused */
  | ({ readonly ask: 'learn' } & Choices)
  | { readonly ask: 'pause' }
  | ({ readonly ask: 'predict'; readonly pixels: Uint8Array } & Handicap)
  | ({ readonly ask: 'test' } & Handicap);

/** What is done to a network before it predicts. */
export interface Handicap {
  /** the layer that is silenced; left out, none */
  readonly silenced?: number | undefined;
  /** deviation of each pixel, where 1 is from black to white */
  readonly noise: number;
}

/** What the worker tells the page. */
export type Tell =
  | {
      readonly tell: 'loaded';
      readonly test: Uint8Array;
      readonly labels: Uint8Array;
      readonly runtime: string;
    }
  | { readonly tell: 'learning'; readonly points: readonly GoodnessPoint[] }
  | { readonly tell: 'accuracy'; readonly epoch: number; readonly accuracy: number }
  | {
      readonly tell: 'stopped';
      readonly complete: boolean;
      readonly seconds: number;
      readonly microbatch: number;
      /** of all weights: `weightsHash` */
      readonly hash: string;
    }
  | {
      readonly tell: 'prediction';
      readonly layers: readonly (readonly number[])[];
      readonly pixels: Uint8Array;
    }
  | {
      readonly tell: 'tested';
      readonly accuracy: number;
      readonly silenced: number | undefined;
      readonly noise: number;
    }
  | { readonly tell: 'failed'; readonly message: string };

/** Mean goodness of some microbatches of a layer. */
export interface GoodnessPoint {
  readonly layer: number;
  /** that were learned from so far, these included */
  readonly microbatch: number;
  readonly positive: number;
  readonly negative: number;
}
