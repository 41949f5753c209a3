import { must } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import type { Arena } from '../core/memory/arena.ts';
import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { written } from './parts/written.ts';
import { tally } from './pulses/counts.ts';
import { type PulseOptions, type ResolvedPulses, resolvePulses } from './pulses/pulse-options.ts';
import { VectorWriter } from './pulses/vector-writer.ts';
import { type Lesson, mustStepPlainly, type Update, type UpdatePlan } from './update.ts';

/**
 * Pulse trains of pairs: what the positive and the negative row of a sample have in common cancels on the lines, before
 * pulsing, and not in the cells. By
 *
 *     x⁺δ⁺ᵀ + x⁻δ⁻ᵀ = ½ [(x⁺ + x⁻)(δ⁺ + δ⁻)ᵀ + (x⁺ − x⁻)(δ⁺ − δ⁻)ᵀ]
 *
 * a pair is two outer products, as it is row by row, and the periphery adds 2 · (inputs + units) numbers for it.
 *
 * @throws {RangeError} when an option is out of its range; the updater, when its optimiser steps by more than its rate, or
 *     rows come in other than two blocks
 */
export function paired(options: PulseOptions = {}): UpdatePlan {
  return plan(import.meta.url, 'paired', resolvePulses(options));
}

/** Makes what `paired()` plans. */
export function create(options: ResolvedPulses): Update {
  const name = 'paired';
  return {
    name,
    description: `${options.pulses} pulses of sums and differences of pairs, at most ${options.slots} slots`,
    updater(context) {
      const { inputs, units, products, optimiser, random } = context;
      mustStepPlainly(optimiser, name);
      const cells = context.cell.cells({ ...context, weights: products.weights });
      const counts = tally();
      const trains = { place: context, pulses: options, random: random.fork('trains'), tally: counts };
      const writer = new VectorWriter(cells, trains);
      const [x, delta] = [combinations(inputs, context.arena), combinations(units, context.arena)];
      return {
        ...joined({ cells, writer }),
        ...written(cells, products),
        weights: cells.weights,
        update(lessons, rate) {
          for (const lesson of lessons) {
            const pairs = pairsOf(lesson);
            writer.writeRows(x(lesson.x, pairs), delta(lesson.delta, pairs), rate / 2 / lessons.length);
            counts.macs += pairs * 2 * (inputs + units);
          }
          products.written();
        },
        counts,
      };
    },
  };
}

function pairsOf({ x, blocks }: Lesson): number {
  must(
    blocks === 2,
    "blocks of rows for update 'paired'",
    "2, positive rows above their negative ones (update 'per-pass' takes rows without pairs)",
    blocks,
  );
  return x.rows / 2;
}

/** Sum and difference of each pair of rows, one behind the other, valid until the next call. */
function combinations(columns: number, arena: Arena): (rows: Matrix, pairs: number) => Matrix {
  let data = arena.floats(0);
  return ({ data: from }, pairs) => {
    if (data.length < 2 * pairs * columns) data = arena.floats(2 * pairs * columns);
    for (let r = 0; r < pairs; r++)
      for (let i = 0, at = r * columns, to = 2 * r * columns; i < columns; i++, at++, to++) {
        const [a, b] = [from[at], from[pairs * columns + at]];
        data[to] = a + b;
        data[to + columns] = a - b;
      }
    return matrix(2 * pairs, columns, data);
  };
}
