import { type State, under } from '../../core/state.ts';
import { type Checkpoint, type CheckpointRule, isCheckpoint } from './checkpoint.ts';

interface Parts {
  readonly stages: Map<number, State>;
  source: State | undefined;
}

/** Puts a run's checkpoints together from the states that its stages and its source hand in, each in its own time. */
export class Checkpoints {
  private readonly stages: number;
  private readonly rule: CheckpointRule | undefined;
  private readonly complete: (checkpoint: Checkpoint) => void;
  private readonly parts = new Map<number, Parts>();
  private newest = -1;
  /** the newest that the source told of */
  private last: number | undefined;

  /**
   * @param rule      when stages hand in theirs, but for the end of a run; undefined: never
   * @param complete  takes each checkpoint once it is whole, in order; one that is older than the newest is dropped
   */
  constructor(stages: number, rule: CheckpointRule | undefined, complete: (checkpoint: Checkpoint) => void) {
    this.stages = stages;
    this.rule = rule;
    this.complete = complete;
  }

  fromStage(stage: number, microbatch: number, state: State): void {
    this.partsOf(microbatch).stages.set(stage, state);
    this.look(microbatch);
  }

  /** The source tells of every microbatch: what no stage will ask for goes when the next one comes. */
  fromSource(microbatch: number, state: State): void {
    const { rule, last } = this;
    if (rule && last !== undefined && !isCheckpoint(last, rule) && this.parts.get(last)?.stages.size === 0)
      this.parts.delete(last);
    this.last = microbatch;
    this.partsOf(microbatch).source = state;
    this.look(microbatch);
  }

  private partsOf(microbatch: number): Parts {
    const parts = this.parts.get(microbatch) ?? { stages: new Map<number, State>(), source: undefined };
    this.parts.set(microbatch, parts);
    return parts;
  }

  private look(microbatch: number): void {
    const { stages, source } = this.partsOf(microbatch);
    if (stages.size < this.stages || source === undefined) return;
    for (const older of this.parts.keys()) if (older <= microbatch) this.parts.delete(older);
    if (microbatch <= this.newest) return;
    this.newest = microbatch;
    this.complete({ microbatch, state: Object.assign({}, under('source', source), ...stages.values()) });
  }
}
