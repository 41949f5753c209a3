import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { lessonGradient } from './parts/lesson-gradient.ts';
import { written } from './parts/written.ts';
import { nothing } from './pulses/counts.ts';
import type { Update, UpdatePlan, Updater, UpdaterContext } from './update.ts';

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
  const { inputs, units, products, optimiser, arena, weightScale = 1 } = context;
  const size = inputs * units;
  const cells = context.cell.cells({ ...context, weights: products.weights });
  const gradient = lessonGradient(context);
  const stepper = optimiser.plain ? undefined : optimiser.stepper(size, context);
  const moved = stepper && arena.floats(size);
  return {
    ...joined({ cells, ...(stepper && { stepper }) }),
    ...written(cells, products),
    weights: cells.weights,
    update(lessons, rate) {
      if (lessons.length === 0) return;
      const steps = gradient.mean(lessons);
      if (stepper && moved) {
        // the optimiser steps and decays the network's weights, so its rate is the network's
        for (let i = 0; i < size; i++) moved[i] = weightScale * cells.weights[i];
        stepper.step(moved, steps, rate * weightScale);
        for (let i = 0; i < size; i++) steps[i] = moved[i] / weightScale - cells.weights[i];
      } else gradient.times(-rate);
      cells.shift(steps);
      products.written();
    },
    get counts() {
      return { ...nothing, macs: gradient.macs };
    },
  };
}
