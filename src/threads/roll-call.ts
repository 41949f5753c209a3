import { setTimeout } from 'node:timers/promises';

/** Which devices have loaded their modules, or are gone. */
export class RollCall {
  private readonly silent = new Set<number>();
  private answered: () => void = () => {};

  expect(device: number): void {
    this.silent.add(device);
  }

  spoke(device: number): void {
    this.silent.delete(device);
    if (this.complete) this.answered();
  }

  get complete(): boolean {
    return this.silent.size === 0;
  }

  /** Resolved once all have spoken, or after so many milliseconds. */
  async wait(atMost: number): Promise<void> {
    if (this.complete) return;
    const late = new AbortController();
    const all = new Promise<void>((resolve) => {
      this.answered = resolve;
    });
    await Promise.race([all, setTimeout(atMost, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
  }
}
