import type { State } from '../../core/state.ts';
import type { Chain } from '../chain.ts';
import type { StagePlan } from '../stage-plan.ts';
import { isCheckpoint } from './checkpoint.ts';

/** What a stage has learned, and what it is taken for. */
export interface Taken {
  /** microbatches of the whole run that were learned from */
  readonly count: number;
  readonly state: State;
  /** a checkpoint of the run has it as a part */
  readonly forRun: boolean;
  /** the stage goes on from here if it dies */
  readonly forRestart: boolean;
}

export type TakeState = (taken: Taken) => void;

/** Takes a stage's state when it is due. */
export class StateTaker {
  private readonly plan: StagePlan;
  private readonly chain: Chain;
  private readonly take: TakeState;
  /** microbatches of this run that the newest state for a checkpoint of the run covers */
  private covered = 0;

  constructor(plan: StagePlan, chain: Chain, take: TakeState) {
    this.plan = plan;
    this.chain = chain;
    this.take = take;
  }

  /** Behind an update, at which the stage has learned from so many microbatches of this run. */
  updated(learned: number): void {
    const { checkpointEvery, keepEvery, flush, from, microbatches } = this.plan;
    const due = (every: number | undefined): boolean =>
      every !== undefined && isCheckpoint(from + learned, { every, flush, total: from + microbatches });
    this.tell(learned, due(checkpointEvery), due(keepEvery));
  }

  /** At the end, where checkpoints are taken and the newest does not cover all that was learned. */
  ended(learned: number): void {
    const { checkpointEvery, flush, microbatches } = this.plan;
    const whole = learned === microbatches;
    const between = learned % flush !== 0 && !whole;
    const wanted = checkpointEvery !== undefined && (!whole || checkpointEvery !== Number.POSITIVE_INFINITY);
    this.tell(learned, wanted && this.covered < learned && !between, false);
  }

  private tell(learned: number, forRun: boolean, forRestart: boolean): void {
    if (!forRun && !forRestart) return;
    if (forRun) this.covered = learned;
    this.take({ count: this.plan.from + learned, state: this.chain.state(), forRun, forRestart });
  }
}
