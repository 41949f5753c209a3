import type { TraceEvent } from '../core/trace.ts';
import type { EndedOp, Onlooker } from '../simulation/onlooker.ts';
import { BLOCKED, STARVED } from '../simulation/tally.ts';

/** Tells the trace what a simulation does in which nothing is learned: ops and waits, no losses, no predictions, no weights. */
export class VirtualTiming implements Onlooker {
  private readonly emit: (event: TraceEvent) => void;
  /** samples of a microbatch, and microbatches of a pass over the samples */
  private readonly rows: number;
  private readonly perEpoch: number;
  /** the stages of each device */
  private readonly stagesOn: readonly (readonly number[])[];
  /** samples that each stage's next update takes in [stages] */
  private readonly toUpdate: number[] = [];
  private readonly weighed: number[] = [];

  constructor(
    { rows, perEpoch }: { readonly rows: number; readonly perEpoch: number },
    stagesOn: readonly (readonly number[])[],
    emit: (event: TraceEvent) => void,
  ) {
    this.rows = rows;
    this.perEpoch = perEpoch;
    this.stagesOn = stagesOn;
    this.emit = emit;
  }

  entered(_path: number, microbatch: number, start: number): void {
    const epoch = Math.floor(microbatch / this.perEpoch);
    this.emit({ kind: 'arrival', microbatch, purpose: 'learn', rows: this.rows, epoch, start });
  }

  ended({ op, stage, microbatch, start, end, read, written }: EndedOp): void {
    const rows = op === 'U' ? (this.toUpdate[stage] ?? 0) : this.rows;
    // an update is called by the last microbatch that it takes in
    const named = op === 'U' ? (this.weighed[stage] ?? 1) - 1 : microbatch;
    if (op === 'W') {
      this.toUpdate[stage] = (this.toUpdate[stage] ?? 0) + rows;
      this.weighed[stage] = (this.weighed[stage] ?? 0) + 1;
    } else if (op === 'U') this.toUpdate[stage] = 0;
    this.emit({
      ...{ kind: 'op', op, stage, microbatch: named, purpose: 'learn', rows, start, end, read, written },
      ...{ versions: 1, held: 0, macs: 0 },
    });
  }

  waited(device: number, why: number, start: number, end: number): void {
    emitWaits(this.stagesOn[device], why, start, end, this.emit);
  }
}

/** A device waits with all its stages; waiting for a message under way is no wait of the trace. */
export function emitWaits(
  stages: readonly number[],
  why: number,
  start: number,
  end: number,
  emit: (event: TraceEvent) => void,
): void {
  if (why !== STARVED && why !== BLOCKED) return;
  for (const stage of stages) emit({ kind: why === BLOCKED ? 'blocked' : 'starved', stage, start, end });
}
