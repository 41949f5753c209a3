import type { LayerFigures } from '../core/trace.ts';
import type { Inconsistency } from '../measures/inconsistency.ts';
import type { Shares } from '../measures/utilisation.ts';
import type { EnergyLedger } from './energy/ledger.ts';

/** How the layers of a run learn, and with which schedule: the columns of a comparison. */
export type Rule = 'ff' | 'mono-forward' | 'backprop' | 'block-local';

/** What one stage did, and what it held at its worst. */
export interface StageReport extends Shares {
  readonly peakActivationBytes: number;
}

/** What one run has measured. Accuracies and shares lie between 0 and 1. */
export interface RunReport {
  /** a `Rule`, or the name of a layer of one's own */
  readonly rule: string;
  readonly seed: number;
  readonly schedule: string;
  readonly runtime: string;
  /** what executed the matrix products */
  readonly tile: string;
  /** what executed the rest of the arithmetic */
  readonly kernels: string;
  /** units of each hidden layer */
  readonly layers: readonly number[];
  readonly workers: number;
  /**
   * microbatches that were learned from before, of a run that was resumed: counts and seconds are of the whole run; means, shares,
   * percentiles, costs and energy of the part since then
   */
  readonly resumedFrom?: number;
  /** what limits it in the steady state, by the mean times of its ops; left out where that can't be said */
  readonly limits?: {
    readonly periodSeconds: number;
    readonly bottleneck: { readonly cycle: readonly string[]; readonly seconds: number };
    readonly next: { readonly cycle: readonly string[]; readonly seconds: number } | null;
  };
  /** why there are so many workers, where nobody asked for a number */
  readonly why?: string;
  readonly epochs: number;
  /** samples learned by every stage */
  readonly samples: number;
  readonly samplesPerSecond: number;
  /** multiply-accumulates in matrix products a learned sample, and the same over the number of weights */
  readonly cost: { readonly macsPerSample: number; readonly units: number };
  /** share of the samples that W learned from, where a selection leaves some out */
  readonly kept?: {
    /** mean over the layers */
    readonly all: number;
    /** of each layer, the head's at the end */
    readonly layers: readonly number[];
    /** the mean over the layers, part by part of the run: each begins at a microbatch and goes on to the next */
    readonly parts: readonly { readonly microbatch: number; readonly kept: number }[];
  };
  /** pulses on cells that a learned sample took, where the tiles are analog */
  readonly pulsesPerSample?: number;
  /** joules a learned sample, by the energy model, where the tiles are analog */
  readonly energyPerSample?: number;
  /** what hardware did and cost, layer by layer, where the tiles are analog */
  readonly hardware?: EnergyLedger;
  /** null when the run ended before the whole test set was predicted, or held samples out instead */
  readonly testAccuracy: number | null;
  /** samples of the test set that were predicted; left out where none were */
  readonly testSamples?: number;
  /** what each layer made of the last microbatches that it learned from; left out by earlier versions */
  readonly layerFigures?: readonly LayerFigures[];
  /** accuracy on samples held out, after some epochs; seconds since the start of the run */
  readonly heldOut: readonly {
    readonly epoch: number;
    readonly accuracy: number;
    readonly seconds: number;
  }[];
  readonly runningAccuracy: number | null;
  /** arrival to last update, milliseconds */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** mean of starved + blocked over the stages, as a share of the whole time */
  readonly bubble: number;
  readonly stages: readonly StageReport[];
  /** of the stage that holds most */
  readonly peakActivationBytes: number;
  readonly weightVersions: number;
  /** updates between the weights of a microbatch's F and those of its B; left out where each came back as it went forward */
  readonly inconsistency?: Inconsistency;
  /** sha256 over names, shapes and values; null when the run ended before the weights were reported */
  readonly weightsHash: string | null;
  /** first arrival to last update, with the predictions of samples held out in between */
  readonly learningSeconds: number;
  /** with start-up and the test set */
  readonly wallSeconds: number;
  readonly interrupted: boolean;
  /** whether its controls were moved while it went on: then its seed does not give the same weights again */
  readonly steered?: boolean;
}
