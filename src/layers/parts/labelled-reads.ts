import type { Matrix } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import type { Microbatch, Shape } from '../../data/microbatch.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import type { Negatives } from '../../negatives/negative.ts';
import type { LayerTile } from './affine.ts';

export interface LabelledContext extends Workplace {
  readonly tile: LayerTile;
  readonly shape: Shape;
  readonly bias: Float32Array;
  readonly negatives: Negatives;
  readonly random: Random;
  /** α · weight of the goodness: a sum of squares times this is a log-odds */
  readonly sharpness: number;
}

/** How images with a label in their first pixels are read; all methods get labels that have been checked. */
export interface LabelledReads {
  /** z = X·W for the image with each of these labels [rows × units]; `image` was called for this microbatch */
  labelled(from: Microbatch, labels: Uint16Array, z: Float32Array): void;
  /** the same with the neutral label */
  neutral(from: Microbatch, z: Float32Array): void;
  /** prepares a microbatch: called once before it is read */
  image(from: Microbatch): void;
  /** Σⱼ h² of every label [rows × classes] */
  squares(from: Microbatch, into: Float32Array): void;
  /** X⁺ᵀδ⁺ + X⁻ᵀδ⁻, as in `Input` */
  correlate(from: Microbatch, delta: Matrix, wrong: Uint16Array): void;
}
