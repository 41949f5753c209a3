import type { Random } from '../core/random.ts';

/** What a shift needs to know of a stream of samples. */
export interface ShiftedStream {
  readonly width: number;
  /** labels are 0 … classes − 1 */
  readonly classes: number;
  readonly numbers: 'bytes' | 'floats';
  /** the shift's own stream, the same in every run of a seed */
  readonly random: Random;
}

/** How the world changes: one aspect of it. `when` it changes is a matter of its own. */
export interface Shift {
  /** in words, for reports: `labels` */
  readonly name: string;
  /** Prepares the change for a stream, drawing what is random about it once. @throws {RangeError} where it can't be made of this stream */
  over(stream: ShiftedStream): Changed;
}

/** A world that has changed. */
export interface Changed {
  /**
   * Turns a sample of the old world into one of the new.
   *
   * @param amount  how far the change has gone, 0 to 1: less than 1 only where the shift is incremental
   * @param random  this sample's stream
   * @param sample  written in place [width]
   * @param index   samples that came before this one
   * @returns  the label
   */
  apply(
    amount: number,
    random: Random,
    sample: Uint8Array | Float32Array,
    label: number,
    index: number,
  ): number;
  /**
   * Whether a sample of this label may come; left out, all may. One that may not is drawn again. Asked in the old world
   * too, where the amount is 0: a class that is new has not been there.
   */
  admits?(amount: number, random: Random, label: number): boolean;
}
