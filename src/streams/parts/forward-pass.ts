import { mustBeWhole } from '../../core/check.ts';
import type { Random } from '../../core/random.ts';

/** steps between two states that are kept, and how many of them are: what is older is computed again from the start */
const every = 1024;
const most = 64;

export interface ForwardPassOptions {
  /** the numbers before step 0 */
  readonly start: Float64Array;
  /** all draws of the pass; it is not drawn from elsewhere */
  readonly random: Random;
  /** One step, in place. */
  step(numbers: Float64Array, random: Random): void;
}

/**
 * Numbers that change step by step at random, known at any step: a function of the step alone, whatever was asked before. Going forward costs
 * a step each; going back, up to 1,024 steps from a state that was kept, or the whole way where none was.
 */
export class ForwardPass {
  private readonly options: ForwardPassOptions;
  private readonly numbers: Float64Array;
  private position = 0;
  private readonly kept = new Map<number, { numbers: Float64Array; stream: Float64Array }>();
  private readonly origin: Float64Array;

  constructor(options: ForwardPassOptions) {
    this.options = options;
    this.numbers = options.start.slice();
    this.origin = options.random.state();
  }

  /**
   * The numbers after so many steps: a view that the next call overwrites.
   *
   * @throws {RangeError} when steps is no whole number
   */
  after(steps: number): Float64Array {
    mustBeWhole(steps, 'index of a sample', 0);
    if (steps < this.position) this.back(steps);
    const { random, step } = this.options;
    while (this.position < steps) {
      step(this.numbers, random);
      if (++this.position % every === 0) this.keep();
    }
    return this.numbers;
  }

  private keep(): void {
    if (this.kept.has(this.position)) return;
    if (this.kept.size === most) this.kept.delete(this.kept.keys().next().value as number);
    this.kept.set(this.position, { numbers: this.numbers.slice(), stream: this.options.random.state() });
  }

  private back(steps: number): void {
    const nearest = Math.floor(steps / every) * every;
    const found = this.kept.get(nearest);
    this.numbers.set(found?.numbers ?? this.options.start);
    this.options.random.restore(found?.stream ?? this.origin);
    this.position = found ? nearest : 0;
  }
}
