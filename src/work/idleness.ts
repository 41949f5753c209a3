import type { WaitEvent } from '../core/trace.ts';

/** What a stage waits for while it has nothing to do, told to the trace when it has something to do again. */
export class Idleness {
  private readonly stage: number;
  private readonly tell: (event: WaitEvent) => void;
  private wait: { readonly kind: WaitEvent['kind']; readonly since: number } | undefined;

  constructor(stage: number, tell: (event: WaitEvent) => void) {
    this.stage = stage;
    this.tell = tell;
  }

  /** It waits for this, from now on or still; another reason than before ends the wait before. */
  waits(kind: WaitEvent['kind'], now: number): void {
    if (this.wait?.kind === kind) return;
    this.ends(now);
    this.wait = { kind, since: now };
  }

  /** It waits no longer. */
  ends(now: number): void {
    if (this.wait === undefined) return;
    this.tell({ kind: this.wait.kind, stage: this.stage, start: this.wait.since, end: now });
    this.wait = undefined;
  }
}
