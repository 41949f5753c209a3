import type { Random } from '../../core/random.ts';
import { arrays, type State, type Stateful } from '../../core/state.ts';
import { trainWords } from '../../kernels/analog/trains.ts';
import { reseed, type Workplace } from '../../kernels/kernel.ts';
import type { Tally } from './counts.ts';

/** Where what lines fire is added up. */
export interface Firing {
  /** pulses on lines */
  linePulses: number;
}

/** What rounding in fp32 makes of a share that is meant to be 1: a line saturates above it. */
export const barelyOne = 1 + 1e-6;

/** Draws in which slots lines fire. */
export class BernoulliWords implements Stateful {
  private readonly place: Workplace;
  private readonly words: Uint32Array;
  private readonly seen: Uint32Array;
  private readonly stateful: Stateful;

  /** @param random  a stream that nobody else draws from */
  constructor(random: Random, place: Workplace) {
    this.place = place;
    this.words = place.arena.words(trainWords);
    this.seen = place.arena.words(2);
    this.stateful = arrays({ words: this.words });
    reseed(this.words, random);
  }

  state = (): State => this.stateful.state();
  restore = (state: State): void => this.stateful.restore(state);

  /**
   * Draws the trains of the lines of one side.
   *
   * @param shares  probability that a line fires in a slot, ≥ 0; above 1 it always does [lines], in the arena
   * @param slots   time slots, 1 to 32
   * @param into    bit k: whether the line fires in slot k; overwritten [lines], in the arena
   * @param firing  gets the pulses
   * @returns  whether any line fires
   */
  draw(shares: Float32Array, slots: number, into: Uint32Array, firing: Firing): boolean {
    const fired = this.place.kernels.trains(shares, into, this.words, slots, into.length);
    firing.linePulses += fired;
    return fired > 0;
  }

  /**
   * Draws the trains of lines that carry numbers, their signs in bit 31.
   *
   * @param factor  makes shares of absolute numbers
   * @param flip    1 where positive numbers fire negative pulses
   * @param slots   time slots, 1 to 31
   * @param into    overwritten [lines], in the arena
   * @param tally   gets the pulses, lines that are not 0, and of these the ones that saturate
   */
  drawSigned(
    numbers: Float32Array,
    factor: number,
    flip: 0 | 1,
    into: Uint32Array,
    slots: number,
    tally: Tally,
  ): { readonly lines: number; readonly fires: boolean } {
    const { kernels } = this.place;
    const fired = kernels.signedTrains(numbers, factor, flip, into, this.words, slots, this.seen);
    const [lines, saturated] = this.seen;
    tally.linePulses += fired;
    tally.lines += lines;
    tally.saturated += saturated;
    return { lines, fires: fired > 0 };
  }
}
