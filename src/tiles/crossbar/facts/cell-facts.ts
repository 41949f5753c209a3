import type { Cell, CellPlan, Cells } from '../../../cells/cell.ts';
import { make } from '../../../core/plan.ts';
import { random } from '../../../core/random.ts';
import type { Workplace } from '../../../kernels/kernel.ts';

/** What pulses do to a kind of cell, measured on fresh ones. */
export interface CellFacts {
  readonly name: string;
  readonly description: string;
  /** mean size of one pulse by which trains are planned */
  readonly granularity: number;
  /** mean bounds; null where cells have none */
  readonly lower: number | null;
  readonly upper: number | null;
  /** pulses of that size from mean bound to mean bound; null where there are no bounds */
  readonly states: number | null;
  /** mean and standard deviation of one UP, and one DOWN pulse at weight 0; null where pulses are refused */
  readonly up: { readonly mean: number; readonly deviation: number } | null;
  readonly down: { readonly mean: number; readonly deviation: number } | null;
  /** (up − down) / (up + down) at weight 0: 0 where both are alike */
  readonly asymmetry: number | null;
  /** share of the cells that can't move */
  readonly stuck: number;
  /** share of weights of this deviation that lie outside the bounds, were they programmed */
  readonly outside: number;
}

/** cells that are measured: 128 × 128 */
const side = 128;

/**
 * Measures a kind of cell.
 *
 * @param deviation  of the weights that are to be programmed, in units of the cells
 * @param seed       of the chip and of the pulses
 */
export async function cellFacts(
  plan: CellPlan,
  place: Workplace,
  deviation: number,
  seed = 0,
): Promise<CellFacts> {
  const cell = await make(plan);
  const quiet = await make(withoutNoise(plan));
  const root = random(seed).fork('cell facts');
  const cellsOf = (kind: Cell): Cells =>
    kind.cells({
      ...{ arena: place.arena, kernels: place.kernels, inputs: side, units: side },
      weights: place.arena.floats(side * side),
      chip: root.fork('chip'),
      random: root.fork('pulses'),
    });
  const made = cellsOf(cell);
  const { bounds, granularity } = made;
  const silent = cellsOf(quiet);
  const [up, down] = [1, -1].map((direction) => {
    const noisy = pulsed(made, direction);
    const mean = pulsed(silent, direction)?.mean;
    return noisy === null || mean === undefined ? null : { mean, deviation: noisy.deviation };
  });
  const lower = bounds ? moments(bounds.lower).mean : null;
  const upper = bounds ? moments(bounds.upper).mean : null;
  const sum = (up?.mean ?? 0) + (down?.mean ?? 0);
  let [stuck, outside] = [0, 0];
  const draw = root.fork('weights');
  for (let i = 0; bounds !== undefined && i < side * side; i++) {
    const weight = deviation * draw.normal();
    if (bounds.lower[i] === bounds.upper[i]) stuck++;
    if (weight < bounds.lower[i] || weight > bounds.upper[i]) outside++;
  }
  return {
    ...{ name: cell.name, description: cell.description, granularity, lower, upper },
    states: lower === null || upper === null ? null : (upper - lower) / granularity,
    ...{ up, down },
    asymmetry: up && down && sum > 0 ? (up.mean - down.mean) / sum : null,
    stuck: stuck / side ** 2,
    outside: outside / side ** 2,
  };
}

/** The same kind of cells with the same bounds and steps, which tell the mean of a pulse better than noisy ones. */
function withoutNoise(plan: CellPlan): CellPlan {
  const { options } = plan as { readonly options: Readonly<Record<string, unknown>> };
  const without: Record<string, unknown> = { ...options };
  for (const name of ['stepNoise', 'writeNoise', 'constantNoise', 'weightNoise', 'resetNoise'])
    if (typeof options[name] === 'number') without[name] = 0;
  if (isPlan(options.cell)) without.cell = withoutNoise(options.cell);
  return { ...plan, options: without };
}

function isPlan(value: unknown): value is CellPlan {
  return typeof value === 'object' && value !== null && 'module' in value;
}

/** What one pulse does to cells at 0; null where pulses are refused. */
function pulsed(cells: Cells, direction: number): { mean: number; deviation: number } | null {
  cells.program(new Float32Array(side * side));
  const before = cells.weights.slice();
  try {
    cells.pulse(new Int32Array(side * side).fill(direction));
  } catch {
    return null;
  }
  return moments(before.map((weight, i) => direction * (cells.weights[i] - weight)));
}

function moments(values: Float32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) };
}
