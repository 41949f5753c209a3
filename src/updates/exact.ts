import { matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { nothing } from './parts/counts.ts';
import { written } from './parts/written.ts';
import type { Lesson, Update, UpdatePlan, Updater, UpdaterContext } from './update.ts';

/**
 * Updates without pulses: the gradient G = Σ xᵀδ is computed digitally, the optimiser makes its step, and each weight moves by
 * it within the bounds of its cell. The only scheme that takes optimisers with memory.
 */
export function exact(): UpdatePlan {
  return plan(import.meta.url, 'exact');
}

/** Makes what `exact()` plans. */
export function create(): Update {
  return {
    name: 'exact',
    description: 'float updates by the optimiser, without pulses',
    updater: exactUpdater,
  };
}

function exactUpdater(context: UpdaterContext): Updater {
  const { inputs, units, products, optimiser, arena, kernels } = context;
  const size = inputs * units;
  const cells = context.cell.cells({ ...context, weights: products.weights });
  const gradient = arena.floats(size);
  const scale = arena.floats(1);
  const stepper = optimiser.plain ? undefined : optimiser.stepper(size, context);
  let later: Float32Array | undefined;
  let macs = 0;

  /** The mean gradient of the lessons, in `gradient`. */
  const sum = (lessons: readonly Lesson[]): void => {
    lessons.forEach(({ x, delta }, i) => {
      if (i > 0) later ??= arena.floats(size);
      const into = i > 0 && later ? later : gradient;
      products.correlate(x, delta, matrix(inputs, units, into));
      if (into !== gradient) kernels.add(gradient, into, gradient, size);
      macs += x.rows * size;
    });
    if (lessons.length > 1) times(1 / lessons.length);
  };
  const times = (factor: number): void => {
    scale[0] = factor;
    kernels.scaleRows(gradient, scale, 1, size);
  };
  const moved = stepper && arena.floats(size);
  return {
    ...joined({ cells, ...(stepper && { stepper }) }),
    weights: cells.weights,
    update(lessons, rate) {
      if (lessons.length === 0) return;
      sum(lessons);
      if (stepper && moved) {
        moved.set(cells.weights);
        stepper.step(moved, gradient, rate);
        for (let i = 0; i < size; i++) gradient[i] = moved[i] - cells.weights[i];
      } else times(-rate);
      cells.shift(gradient);
      products.written();
    },
    ...written(cells, products),
    get counts() {
      return { ...nothing, macs };
    },
  };
}
