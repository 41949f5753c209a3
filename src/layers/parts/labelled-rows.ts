import { matrix } from '../../core/matrix.ts';
import { neutralScale, overlay } from '../../data/encoding.ts';
import type { Microbatch } from '../../data/microbatch.ts';
import type { LabelledContext, LabelledReads } from './labelled-reads.ts';

/**
 * Every labelled image is a row of its own, for tiles whose reads can't be shared: each label costs a read, and each read
 * has its own noise.
 */
export function labelledRows({ arena, kernels, tile, shape, bias }: LabelledContext): LabelledReads {
  const { classes, width } = shape;
  const { units } = tile;
  /** X⁺ above X⁻ while learning, else one block [2 · rows × width] */
  const x = arena.floats(2 * shape.rows * width);
  const h = arena.floats(shape.rows * units);
  const sums = arena.floats(shape.rows);
  const same = arena.shorts(shape.rows);
  /** writes each image with its label into a block of x */
  const write = ({ rows, activity, amplitude }: Microbatch, labels: Uint16Array, block: number): void => {
    const into = x.subarray(block * rows * width);
    into.set(activity.subarray(0, rows * width));
    for (let r = 0; r < rows; r++) {
      overlay(into.subarray(r * width, (r + 1) * width), amplitude[r], labels[r], classes);
    }
  };
  const read = ({ rows, purpose }: Microbatch, z: Float32Array): void => {
    tile.read(matrix(rows, width, x), matrix(rows, units, z), purpose);
  };
  const labelled: LabelledReads['labelled'] = (from, labels, z) => {
    write(from, labels, 0);
    read(from, z);
  };
  return {
    image() {},
    labelled,
    neutral(from, z) {
      const { rows, activity, amplitude } = from;
      for (let r = 0; r < rows; r++) {
        const scale = neutralScale(amplitude[r], width, classes);
        const row = x.subarray(r * width, (r + 1) * width);
        for (let j = 0; j < width; j++) row[j] = scale * activity[r * width + j];
        row.fill((scale * amplitude[r]) / classes, 0, classes);
      }
      read(from, z);
    },
    squares(from, into) {
      const { rows } = from;
      for (let c = 0; c < classes; c++) {
        labelled(from, same.fill(c), h);
        kernels.rectify(h, bias, sums, rows, units);
        for (let r = 0; r < rows; r++) into[r * classes + c] = sums[r];
      }
    },
    correlate(from, delta, wrong) {
      const { rows, labels } = from;
      write(from, labels, 0);
      write(from, wrong, 1);
      tile.correlate(matrix(2 * rows, width, x), matrix(2 * rows, units, delta.data), 2);
    },
  };
}
