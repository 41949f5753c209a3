import type { State } from '../core/state.ts';
import type { Checkpoint } from './checkpoint.ts';

interface Parts {
  readonly stages: Map<number, State>;
  source: State | undefined;
}

/** Puts a run's checkpoints together from the states that its stages and its source hand in, each in its own time. */
export class Checkpoints {
  private readonly stages: number;
  private readonly complete: (checkpoint: Checkpoint) => void;
  private readonly parts = new Map<number, Parts>();
  private newest = -1;

  /** @param complete  takes each checkpoint once it is whole, in order; one that is older than the newest is dropped */
  constructor(stages: number, complete: (checkpoint: Checkpoint) => void) {
    this.stages = stages;
    this.complete = complete;
  }

  fromStage(stage: number, microbatch: number, state: State): void {
    this.partsOf(microbatch).stages.set(stage, state);
    this.look(microbatch);
  }

  fromSource(microbatch: number, state: State): void {
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
    const named = Object.entries(source).map(([name, array]) => [`source/${name}`, array] as const);
    this.complete({ microbatch, state: Object.assign(Object.fromEntries(named), ...stages.values()) });
  }
}
