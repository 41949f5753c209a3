import { must } from '../../../core/check.ts';
import type { Random } from '../../../core/random.ts';
import { arrays, joined, type State, type Stateful, together } from '../../../core/state.ts';
import type { Workplace } from '../../../kernels/kernel.ts';
import { Noise } from '../noise.ts';

/** How far something of a chip is from its nominal value: a spread alone, or with a random walk while training. */
export type Variation = number | { readonly spread: number; readonly walk?: number };

/** @throws {RangeError} unless both are finite and 0 or more */
export function variationOf(given: Variation | undefined, thing: string): { spread: number; walk: number } {
  const { spread, walk = 0 } = typeof given === 'object' ? given : { spread: given ?? 0 };
  for (const [name, value] of [
    ['spread', spread],
    ['walk', walk],
  ] as const)
    must(Number.isFinite(value) && value >= 0, `${name} of ${thing}`, 'a finite number, 0 or more', value);
  return { spread, walk };
}

/**
 * Deviations s·ξ of one property: drawn once for a chip, and from there each walks by w·ξ at every update. The state holds
 * how far they have walked, not where the chip began: on another chip the same walk starts elsewhere.
 */
export class Wandering implements Stateful {
  /** [count], in the arena */
  readonly values: Float32Array;
  readonly #walk: number;
  readonly #born: Float32Array;
  readonly #walked: Float32Array;
  readonly #noise: Noise | undefined;
  readonly #state: Stateful;

  constructor(
    count: number,
    { spread, walk }: { spread: number; walk: number },
    streams: { readonly chip: Random; readonly random: Random },
    place: Workplace,
  ) {
    this.values = place.arena.floats(count);
    for (let i = 0; i < count; i++) this.values[i] = spread * streams.chip.normal();
    this.#walk = walk;
    const moves = walk > 0;
    this.#born = moves ? this.values.slice() : this.values;
    this.#walked = new Float32Array(moves ? count : 0);
    this.#noise = moves ? new Noise(streams.random, place) : undefined;
    this.#state = this.#noise
      ? together(arrays({ walked: this.#walked }), joined({ steps: this.#noise }))
      : arrays({});
  }

  get moves(): boolean {
    return this.#noise !== undefined;
  }

  /** One step of the walk. */
  step(): void {
    const count = this.values.length;
    const drawn = this.#noise?.normals(count);
    if (drawn === undefined) return;
    for (let i = 0; i < count; i++) this.#walked[i] += this.#walk * drawn[i];
    this.#place();
  }

  #place(): void {
    for (let i = 0; i < this.#walked.length; i++) this.values[i] = this.#born[i] + this.#walked[i];
  }

  state = (): State => this.#state.state();

  restore(state: State): void {
    this.#state.restore(state);
    this.#place();
  }
}
