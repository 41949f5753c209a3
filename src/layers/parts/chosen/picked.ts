import { type Microbatch, microbatchIn } from '../../../data/microbatch.ts';
import type { LayerContext } from '../../layer.ts';
import type { Choice } from './choice.ts';

/** Puts the samples chosen side by side, so that products run over them alone. */
export interface Picker {
  /**
   * What was chosen of an input: the input itself where that is all of it, else copies that hold until the next call.
   *
   * @param blocks  of activity that W reads, ≥ 1, of those that the input has
   */
  input(from: Microbatch, choice: Choice | undefined, blocks: number): Microbatch;
  /** Moves the rows that were chosen of each block to the front, in place [blocks · rows × columns]. */
  rows(m: Float32Array, choice: Choice | undefined, columns: number, blocks?: number): void;
}

export function picker({ arena, kernels, input: shape }: LayerContext): Picker {
  let room: Microbatch | undefined;
  const whole = (choice: Choice | undefined): choice is undefined =>
    choice === undefined || choice.count === choice.rows;
  return {
    input(from, choice, blocks) {
      if (whole(choice)) return from;
      room ??= microbatchIn(arena, shape);
      const { rows, count, samples } = choice;
      const { width } = shape;
      room.purpose = from.purpose;
      room.sequence = from.sequence;
      room.rows = count;
      for (let b = 0; b < Math.min(blocks, shape.streams); b++) {
        const [block, into] = [
          from.activity.subarray(b * rows * width),
          room.activity.subarray(b * count * width),
        ];
        kernels.gather(block, samples, into, count, width);
      }
      for (let i = 0; i < count; i++) {
        const r = samples[i];
        room.labels[i] = from.labels[r];
        room.amplitude[i] = from.amplitude[r];
      }
      return room;
    },
    rows(m, choice, columns, blocks = 1) {
      if (whole(choice)) return;
      const { rows, count, samples } = choice;
      for (let b = 0; b < blocks; b++)
        kernels.gather(
          m.subarray(b * rows * columns),
          samples,
          m.subarray(b * count * columns),
          count,
          columns,
        );
    },
  };
}
