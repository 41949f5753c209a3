import type { State } from '../core/state.ts';
import type { ArrivalEvent, LostEvent, TallyEvent } from '../core/trace.ts';
import type { Shape } from '../data/microbatch.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { ChannelSender } from '../work/channels/channel.ts';
import type { StageError } from '../work/stage-error.ts';
import type { Item } from './itinerary.ts';
import type { NegativeImages } from './negative-images.ts';
import type { Steering } from './steering.ts';
import type { WrongLabels } from './wrong-labels.ts';

export interface SourceOptions {
  /** the edge into the first stage */
  readonly entry: ChannelSender;
  /** of the microbatches on that edge */
  readonly shape: Shape;
  readonly workplace: Workplace;
  /** whole nanoseconds since the run began */
  readonly clock: () => number;
  /** the clock by which samples come, where that one has jumped; left out, the same */
  readonly arrivals?: () => number;
  /** Calls once the clock has reached a time, or later; @returns what calls that off. An open line needs it */
  readonly wake?: (at: number, call: () => void) => () => void;
  /** where the wrong labels come from, if the source draws them */
  readonly wrongLabels?: WrongLabels | undefined;
  /** what holds it back or adds noise, where the run is steered */
  readonly steering?: Steering | undefined;
  /** who draws negative images, if they are what is rejected */
  readonly negativeImages?: NegativeImages | undefined;
}

export interface SourceEvents {
  /** a microbatch is filled and is being sent */
  sent(event: ArrivalEvent, item: Item): void;
  /** samples of an open line are lost, or where all of them are is told */
  line?(event: LostEvent | TallyEvent): void;
  /**
   * The source's state when all learning microbatches below k were sent and k was not, for each k in its order; perhaps told
   * later than that. Left out, nothing is told.
   */
  snapshot?(microbatch: number, state: State): void;
  failed(error: StageError): void;
}

export interface StopOptions {
  /** goes on until the number of learning microbatches sent since the pipeline's first is a multiple of this; left out, 1 */
  readonly atMultipleOf?: number;
}
