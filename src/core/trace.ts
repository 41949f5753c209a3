import type { State } from './state.ts';

/**
 * What happens in a run, as events. Real threads and virtual time emit the same ones, and every figure that is reported
 * is a fold over them. All times are whole nanoseconds on the run's clock; `end` ≥ `start`.
 */
export type TraceEvent =
  | StartEvent
  | OpEvent
  | WaitEvent
  | ArrivalEvent
  | PredictionEvent
  | WeightsEvent
  | CheckpointEvent;

/** F forward, B input gradient, W weight gradient, U update. */
export type OpKind = 'F' | 'B' | 'W' | 'U';

/** `learn` trains on a microbatch; `goodness` predicts by trying every label; `onePass` predicts in a single pass. */
export type Purpose = 'learn' | 'goodness' | 'onePass';

/** Every stage is ready: the first event of a run. */
export interface StartEvent {
  readonly kind: 'start';
  readonly stages: number;
  /** threads or simulated devices, where they are fewer than the stages */
  readonly devices?: number;
  /** why there are so many devices, where nobody asked for them */
  readonly why?: string;
  /** microbatches that were learned from before, where the run goes on from a checkpoint */
  readonly from?: number;
  /** what executes the matrix products, for people */
  readonly tile: string;
  /** updates between the weights that score a sample's labels for negatives and those that learn from them; left out where no scores come back */
  readonly staleness?: number;
  /** what executes the rest of the arithmetic, for people */
  readonly kernels: string;
  readonly start: number;
}

/** One op that a stage has finished. */
export interface OpEvent {
  readonly kind: 'op';
  readonly op: OpKind;
  readonly stage: number;
  /** of a U that takes several, the last */
  readonly microbatch: number;
  readonly purpose: Purpose;
  /** samples; of a U, those of all microbatches that it takes */
  readonly rows: number;
  readonly start: number;
  readonly end: number;
  /** updates behind the weights that the op read; B reads those with which its microbatch went forward */
  readonly read: number;
  /** updates behind the weights after the op */
  readonly written: number;
  /** weight versions the stage keeps at the same time, ≥ 1 */
  readonly versions: number;
  /** bytes of activations that the stage holds for microbatches begun and not yet learned from */
  readonly held: number;
  /** multiply-accumulates in matrix products that the op executed */
  readonly macs: number;
  /** mean loss of the microbatch, on F while learning, where the stage has a loss of its own */
  readonly loss?: number;
}

/** Time in which a stage had nothing to do: no input (starved) or no credit to send (blocked). */
export interface WaitEvent {
  readonly kind: 'starved' | 'blocked';
  readonly stage: number;
  readonly start: number;
  readonly end: number;
}

/** A microbatch enters the pipeline. */
export interface ArrivalEvent {
  readonly kind: 'arrival';
  readonly microbatch: number;
  readonly purpose: Purpose;
  /** there where it only asks how plausible each label is, for negatives: nothing is learned or predicted for anyone */
  readonly of?: 'negatives';
  readonly rows: number;
  /** passes over the samples begun before this one, from 0 */
  readonly epoch: number;
  readonly start: number;
}

/** `running`: samples about to be learned from (test, then train); `held`: samples held out, on the way; `test`: the test set */
export type PredictionOf = 'running' | 'held' | 'test';

/** A class for each row: bytes where 256 classes are enough. */
export type ClassArray = Uint8Array | Uint16Array | Uint32Array;

/** A microbatch's predictions have come out and were compared with the truth. */
export interface PredictionEvent {
  readonly kind: 'prediction';
  readonly microbatch: number;
  readonly purpose: Purpose;
  readonly of: PredictionOf;
  /** passes over the samples that were behind it */
  readonly epoch: number;
  readonly rows: number;
  readonly correct: number;
  /** the class predicted for each row [rows] */
  readonly predicted: ClassArray;
  /** the true class of each row [rows] */
  readonly truth?: ClassArray;
  /** identity of each row's sample, such as its index in the data set [rows] */
  readonly ids?: Float64Array;
  readonly start: number;
}

/** What a layer has learned, once, when its stage is done. */
export interface WeightsEvent {
  readonly kind: 'weights';
  readonly layer: number;
  readonly stage: number;
  readonly parameters: readonly Parameter[];
}

/** Every stage has learned from the first microbatches: from here another run can go on, to the same bits. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  /** microbatches of the whole run that were learned from */
  readonly microbatch: number;
  /** what changed while learning, by `layer<index>/…` and `source/…` */
  readonly state: State;
  readonly start: number;
}

/** A named array of learned numbers, row-major. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
