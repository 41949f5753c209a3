import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { written } from './parts/written.ts';
import { tally } from './pulses/counts.ts';
import { type PulseOptions, type ResolvedPulses, resolvePulses } from './pulses/pulse-options.ts';
import { VectorWriter } from './pulses/vector-writer.ts';
import { mustStepPlainly, type Update, type UpdatePlan } from './update.ts';

/**
 * Pulse trains, row after row: each row of x and δ is one outer product, W ← W − rate · x δᵀ in the mean, the positive rows of a
 * microbatch before its negative ones.
 *
 * @throws {RangeError} when an option is out of its range; the updater, when its optimiser steps by more than its rate
 * @see Gokmen and Vlasov 2016, Acceleration of deep neural network training with resistive cross-point devices
 */
export function perPass(options: PulseOptions = {}): UpdatePlan {
  return plan(import.meta.url, 'per-pass', resolvePulses(options));
}

/** Makes what `perPass()` plans. */
export function create(options: ResolvedPulses): Update {
  const name = 'per-pass';
  return {
    name,
    description: `${options.pulses} pulses row by row, at most ${options.slots} slots`,
    updater(context) {
      const { products, optimiser, random } = context;
      mustStepPlainly(optimiser, name);
      const cells = context.cell.cells({ ...context, weights: products.weights });
      const counts = tally();
      const writer = new VectorWriter(cells, {
        place: context,
        pulses: options,
        random: random.fork('trains'),
        tally: counts,
      });
      return {
        ...joined({ cells, writer }),
        ...written(cells, products),
        weights: cells.weights,
        update(lessons, rate) {
          for (const { x, delta } of lessons) writer.writeRows(x, delta, rate / lessons.length);
          products.written();
        },
        counts,
      };
    },
  };
}
