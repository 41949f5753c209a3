/** `learn` trains on a microbatch; `goodness` predicts by trying every label; `onePass` predicts in a single pass. */
export type Purpose = 'learn' | 'goodness' | 'onePass';

/** A microbatch enters the pipeline. */
export interface ArrivalEvent {
  readonly kind: 'arrival';
  readonly microbatch: number;
  readonly purpose: Purpose;
  /** set where the microbatch only asks for the scores of its labels, to draw negatives from */
  readonly of?: 'negatives';
  readonly rows: number;
  /** passes over the samples begun before this one, from 0 */
  readonly epoch: number;
  /** of an open line: when each sample was to come, by the plan of arrivals [rows] */
  readonly intended?: Float64Array;
  /** of an open line: identity of each row's sample [rows] */
  readonly ids?: Float64Array;
  readonly start: number;
}

/** Why samples of an open line are not learned from: the name of the overflow that dropped them, or what was wrong with them. */
export type LossReason =
  | 'drop-newest'
  | 'drop-oldest'
  | 'sample'
  | 'deadline'
  | 'not finite'
  | 'no such class';

/** What came from outside is lost: a microbatch that found no room, in front of the pipeline or inside, or samples that can't be used. */
export interface LostEvent {
  readonly kind: 'lost';
  /** left out by the simulator, which counts microbatches */
  readonly rows?: number;
  readonly reason?: LossReason;
  /** the stage on whose edge it was lost, on its way there; left out, in front of the first */
  readonly stage?: number;
  /** which one, where it had gone in: the stages below have learned from it, the others never will */
  readonly microbatch?: number;
  readonly start: number;
}

/**
 * Where the samples of an open line are, once a second and at its end. At each of them
 * offered = sent + dropped + waiting holds, and sent = learned + what is in the pipeline.
 */
export interface TallyEvent {
  readonly kind: 'tally';
  /** samples that have come by the plan of arrivals */
  readonly offered: number;
  /** samples that were sent in to be learned from */
  readonly sent: number;
  readonly dropped: number;
  /** samples that have come and have not been sent in: those of a microbatch that is not yet full, and those of which the label has not come, included */
  readonly waiting: number;
  readonly start: number;
}

/** Something was broken on purpose. */
export interface FaultEvent {
  readonly kind: 'fault';
  /** the fault's name: `kill`, `pause`, … */
  readonly fault: string;
  readonly stage?: number;
  /** the whole fault in words */
  readonly what: string;
  /** nanoseconds, where it does not end at once */
  readonly lasts?: number;
  readonly start: number;
}

/** What a fault did to an edge was found and made good: nothing that is learned from it differs. */
export interface MendingEvent {
  readonly kind: 'mending';
  /** what had happened to the slot */
  readonly fault: 'drop-slot' | 'duplicate-slot' | 'corrupt-slot';
  /** into which the edge leads */
  readonly stage: number;
  readonly microbatch: number;
  readonly start: number;
}

/** A device that died works again, from its checkpoint. */
export interface RestartEvent {
  readonly kind: 'restart';
  readonly device: number;
  readonly stages: readonly number[];
  /** microbatches behind the checkpoint that it goes on from */
  readonly from: number;
  /** why it died */
  readonly reason: string;
  /** when it was found dead, and when it was ready again */
  readonly start: number;
  readonly end: number;
}
