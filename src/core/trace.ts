import type { State } from './state.ts';
import type {
  ArrivalEvent,
  FaultEvent,
  LostEvent,
  MendingEvent,
  Purpose,
  RestartEvent,
  TallyEvent,
} from './trace/line-events.ts';

export type * from './trace/line-events.ts';

/**
 * What happens in a run, as events. Real threads and the simulator emit the same ones, and every figure that is reported
 * is a fold over them. All times are nanoseconds on the run's clock, whole ones but
 * where a simulation counts in parts of them; `end` ≥ `start`.
 */
export type TraceEvent =
  | StartEvent
  | OpEvent
  | WaitEvent
  | MessageEvent
  | ArrivalEvent
  | LostEvent
  | TallyEvent
  | FaultEvent
  | MendingEvent
  | RestartEvent
  | PredictionEvent
  | WeightsEvent
  | CheckpointEvent;

/** F forward, B input gradient, W weight gradient, U update. */
export type OpKind = 'F' | 'B' | 'W' | 'U';

/** Every stage is ready: the first event of a run. A wait may begin earlier, while other stages start up. */
export interface StartEvent {
  readonly kind: 'start';
  readonly stages: number;
  /** threads or simulated devices, where they are fewer than the stages */
  readonly devices?: number;
  /** why there are so many devices, where nobody asked for them */
  readonly why?: string;
  /** microbatches that were learned from before, where the run goes on from a checkpoint */
  readonly from?: number;
  /** device of each stage; left out where it is not told, or each stage has a device of its own [stages] */
  readonly placement?: readonly number[];
  /**
   * edges between stages that may lose what they carry, by the stage that each leads into: what is learned depends on timing.
   * Left out, there are none
   */
  readonly drops?: readonly { readonly into: number; readonly overflow: string }[];
  /** whether the run emits `message` events */
  readonly messages?: true;
  /** what executes the matrix products, for people */
  readonly tile: string;
  /** updates between the weights that score labels for negatives and the weights that learn from these; left out without such scores */
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
  /** of a U that learns from several, the last */
  readonly microbatch: number;
  readonly purpose: Purpose;
  /** samples; of a U, those of all its microbatches */
  readonly rows: number;
  readonly start: number;
  readonly end: number;
  /** updates made to the weights that the op read; B reads the version that the F of its microbatch read, or the newest where its schedule says so */
  readonly read: number;
  /** updates made to the stage's weights when the op has ended */
  readonly written: number;
  /** weight versions that the stage keeps at the same time, ≥ 1 */
  readonly versions: number;
  /** bytes of activations that the stage holds for microbatches between F and W */
  readonly held: number;
  /** multiply-accumulates of the op's matrix products */
  readonly macs: number;
  /** mean loss of the microbatch, on F while learning, where the stage has a loss of its own */
  readonly loss?: number;
  /**
   * on F, what each layer of the stage made of the microbatch that makes something of it by itself; on W, how much of it each
   * layer learned from that leaves samples out; on B, how much of it each layer went backward for, where that is not all
   */
  readonly layers?: readonly LayerFigures[];
  /** the op was told before: a stage that was restarted makes it again, to the same bits. Its time counts, its samples don't */
  readonly again?: true;
}

/** What a layer made of a microbatch, by its weights before it learned from it. */
export interface LayerFigures {
  /** place in the pipeline, from 0 */
  readonly layer: number;
  /** mean over the samples */
  readonly loss?: number;
  /** on W and B: samples of the microbatch that the layer learned from, 0 to its rows; left out, all */
  readonly kept?: number;
  /** mean goodness of the positive rows, and of the negative ones, where the layer compares them */
  readonly positiveGoodness?: number;
  readonly negativeGoodness?: number;
  /**
   * positive rows by the size of their goodness, and negative ones, where the layer compares them and the run was asked for them:
   * bins as `goodnessEdges` says [goodnessBins]
   */
  readonly positiveCounts?: readonly number[];
  readonly negativeCounts?: readonly number[];
  /**
   * mean angle in degrees by which the update before turned what the layer sends, of the positive rows that the update was
   * learned from, and of the negative ones; where the layer measures it
   */
  readonly positiveTurn?: number;
  readonly negativeTurn?: number;
  /**
   * share of samples that the layer has right, 0 to 1: those whose positive has the greater goodness, or, where the layer
   * scores classes, those whose class has the greatest score
   */
  readonly accuracy?: number;
  /**
   * of a prediction that tries every label: by how much the label that the layer likes best exceeds the next, in its own
   * goodness, as a mean over the samples, ≥ 0. It takes no true label
   */
  readonly margin?: number;
}

/**
 * Time in which a stage had nothing to do: no input (starved), no credit to send (blocked), or its input was under way
 * (communicating; only the simulator tells it). A device waits with all its stages, and each of them emits the wait.
 */
export interface WaitEvent {
  readonly kind: 'starved' | 'blocked' | 'communicating';
  readonly stage: number;
  readonly start: number;
  readonly end: number;
}

/** A microbatch, or its gradient, on its way from one stage to another. */
export interface MessageEvent {
  readonly kind: 'message';
  readonly carries: 'activity' | 'gradient' | 'scores' | 'top-down';
  /** stages */
  readonly from: number;
  readonly to: number;
  readonly microbatch: number;
  /** end of the op that made it, at most `start`; left out where that op took no time */
  readonly made?: number;
  /** sent, and arrived */
  readonly start: number;
  readonly end: number;
}

/** `running`: samples that are learned from right afterwards; `held`: held-out samples, between epochs; `test`: the test set */
export type PredictionOf = 'running' | 'held' | 'test';

/** A class for each row: bytes where 256 classes are enough. */
export type ClassArray = Uint8Array | Uint16Array | Uint32Array;

/** The predictions of a microbatch have come out and were compared with the truth. */
export interface PredictionEvent {
  readonly kind: 'prediction';
  readonly microbatch: number;
  readonly purpose: Purpose;
  readonly of: PredictionOf;
  /** passes over the samples completed before it */
  readonly epoch: number;
  readonly rows: number;
  readonly correct: number;
  /** the class predicted for each row [rows] */
  readonly predicted: ClassArray;
  /** the true class of each row [rows] */
  readonly truth?: ClassArray;
  /** identity of each row's sample, such as its index in the data set [rows] */
  readonly ids?: Float64Array;
  /** how well each class fits each row, the higher the better, where the run was asked for them [rows × classes] */
  readonly scores?: Float32Array;
  readonly start: number;
}

/** The parameters of a layer, once, when its stage is done. */
export interface WeightsEvent {
  readonly kind: 'weights';
  readonly layer: number;
  readonly stage: number;
  readonly parameters: readonly Parameter[];
  /** what the layer's hardware has done in the run, where its tiles stand for some */
  readonly hardware?: HardwareCounts;
}

/**
 * What a layer's hardware has done, as totals by name: reads, conversions, pulses. What each costs is the business of an energy
 * model.
 */
export interface HardwareCounts {
  readonly [count: string]: number;
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
