import { matrix } from '../../core/matrix.ts';
import type { Lesson, UpdaterContext } from '../update.ts';

/** Computes the gradients of lessons digitally. */
export interface LessonGradient {
  /** (1/k) Σ xᵀδ over k lessons, to be written to by the caller as it likes [inputs × units] */
  mean(lessons: readonly Lesson[]): Float32Array;
  /** Multiplies what `mean` returned, in place. */
  times(factor: number): void;
  /** multiply-accumulates so far */
  readonly macs: number;
}

export function lessonGradient({ inputs, units, products, arena, kernels }: UpdaterContext): LessonGradient {
  const size = inputs * units;
  const gradient = arena.floats(size);
  const scale = arena.floats(1);
  let later: Float32Array | undefined;
  let macs = 0;
  const times = (factor: number): void => {
    scale[0] = factor;
    kernels.scaleRows(gradient, scale, 1, size);
  };
  return {
    mean(lessons) {
      lessons.forEach(({ x, delta }, i) => {
        if (i > 0) later ??= arena.floats(size);
        const into = i > 0 && later ? later : gradient;
        products.correlate(x, delta, matrix(inputs, units, into));
        if (into !== gradient) kernels.add(gradient, into, gradient, size);
        macs += x.rows * size;
      });
      if (lessons.length > 1) times(1 / lessons.length);
      return gradient;
    },
    times,
    get macs() {
      return macs;
    },
  };
}
