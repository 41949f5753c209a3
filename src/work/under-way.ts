import type { Kept } from './chain.ts';

/** A microbatch between its F and its U. */
export interface Begun {
  readonly sequence: number;
  readonly rows: number;
  readonly kept: Kept;
  /** updates behind the weights that it went forward with */
  readonly read: number;
  /** the link's slot in which its input lies; undefined once it has left it */
  slot: number | undefined;
  state: 'forwarded' | 'backed' | 'weighed';
}

/** The microbatches that a stage has begun, oldest first. */
export class UnderWay {
  private begun: Begun[] = [];
  /** whether microbatches go back by the weights of their F */
  readonly keeps: boolean;

  constructor(keeps: boolean) {
    this.keeps = keeps;
  }

  get empty(): boolean {
    return this.begun.length === 0;
  }

  add(one: Begun): void {
    this.begun.push(one);
  }

  oldest(state: Begun['state']): Begun | undefined {
    return this.begun.find((one) => one.state === state);
  }

  /** those whose input lies in a slot of the link */
  inSlots(): Begun[] {
    return this.begun.filter(({ slot }) => slot !== undefined);
  }

  /** those that an update takes: all whose gradient is made */
  weighed(): Begun[] {
    return this.begun.filter(({ state }) => state === 'weighed');
  }

  /** Lets go of those that have been updated with. */
  drop(updated: readonly Begun[]): void {
    this.begun = this.begun.filter((one) => !updated.includes(one));
  }

  /** weight versions that a stage keeps: the newest, and older ones for those that have yet to come back */
  versions(newest: number): number {
    if (!this.keeps) return 1;
    if (!this.begun.some(({ state, read }) => state === 'forwarded' && read !== newest)) return 1;
    const read = new Set([newest]);
    for (const { state, read: of } of this.begun) if (state === 'forwarded') read.add(of);
    return read.size;
  }
}
