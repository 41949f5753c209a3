import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { lessonGradient } from './parts/lesson-gradient.ts';
import { StochasticRounding } from './parts/stochastic-rounding.ts';
import { written } from './parts/written.ts';
import { tally } from './pulses/counts.ts';
import { mustStepPlainly, type Update, type UpdatePlan } from './update.ts';

/**
 * Whole pulses of the net gradient: G = Σ xᵀδ is computed digitally, and each cell gets rate · G / granularity pulses, rounded
 * at random so that their mean is right. Opposite steps of all rows of a microbatch cancel before pulsing, at the price of the
 * gradient's multiply-accumulates; cells are written one input line after another.
 *
 * @throws {RangeError} the updater, when its optimiser steps by more than its rate
 */
export function net(): UpdatePlan {
  return plan(import.meta.url, 'net');
}

/** Makes what `net()` plans. */
export function create(): Update {
  const name = 'net';
  return {
    name,
    description: 'whole pulses of the net gradient, rounded at random',
    updater(context) {
      const { inputs, units, products, optimiser, random } = context;
      mustStepPlainly(optimiser, name);
      const cells = context.cell.cells({ ...context, weights: products.weights });
      const gradient = lessonGradient(context);
      const rounding = new StochasticRounding(random.fork('rounding'));
      const pulses = new Int32Array(inputs * units);
      const counts = tally();
      return {
        ...joined({ cells, rounding }),
        ...written(cells, products),
        weights: cells.weights,
        update(lessons, rate) {
          if (lessons.length === 0) return;
          rounding.round(gradient.mean(lessons), -rate / cells.granularity, pulses, counts);
          counts.pulses += cells.pulse(pulses);
          for (let i = 0; i < inputs; i++) counts.linePulses += lineCost(pulses, i * units, units);
          counts.macs = gradient.macs;
          products.written();
        },
        counts,
      };
    },
  };
}

/** Pulses on lines to write one input line: it fires with the unit that fires most often. */
function lineCost(pulses: Int32Array, at: number, units: number): number {
  let [most, sum] = [0, 0];
  for (let j = at; j < at + units; j++) {
    const count = Math.abs(pulses[j]);
    sum += count;
    if (count > most) most = count;
  }
  return sum + most;
}
