import type { Microbatch } from '../../data/microbatch.ts';
import type { ChannelSender } from './channel.ts';

/** What a B is about. */
interface Backed {
  readonly sequence: number;
  readonly rows: number;
}

/** Gradients that have come to a stage and wait for their B, oldest first. */
export class Gradients {
  private readonly delay: number;
  private readonly waiting: Microbatch[] = [];

  /** @param delay  microbatches between the one that a gradient is of and the one whose B takes it */
  constructor(delay: number) {
    this.delay = delay;
  }

  get any(): boolean {
    return this.waiting.length > 0;
  }

  add(gradient: Microbatch): void {
    this.waiting.push(gradient);
  }

  /** whether the gradient that this B takes has come */
  has(one: Backed | undefined): boolean {
    return this.delay === 0 ? this.waiting[0]?.sequence === one?.sequence : this.any;
  }

  /** Takes the oldest for a B; the rows that one of another microbatch has too few are 0, those too many are left out. */
  take({ rows }: Backed): Microbatch | undefined {
    const gradient = this.waiting.shift();
    if (gradient === undefined || this.delay === 0) return gradient;
    const { width } = gradient.shape;
    if (gradient.rows < rows) gradient.activity.fill(0, gradient.rows * width, rows * width);
    gradient.rows = rows;
    return gradient;
  }
}

/** Puts so many gradients without rows on an edge, where a run begins. */
export function prime(end: ChannelSender, delay: number): void {
  for (let i = 0; i < delay; i++) {
    const empty = end.claim() as Microbatch;
    empty.sequence = i - delay;
    empty.purpose = 'learn';
    empty.rows = 0;
    end.send();
  }
}
