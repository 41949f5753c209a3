import { must, mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Cell, CellPlan, CellsContext } from './cell.ts';
import { describe } from './parts/describe.ts';
import { relativeNoise } from './parts/noise.ts';
import { type PulsedOptions, type Resolved, resolvedPulsed } from './parts/options.ts';
import { drawsAt, pulsedCells, type Steps } from './parts/pulsed.ts';
import { mustNotBeNegative } from './parts/ranges.ts';
import type { CellArrays } from './parts/variation.ts';

export interface PiecewiseStepOptions extends PulsedOptions {
  /** size of an UP pulse, in stepSize, at nodes evenly spaced from the lower to the upper bound, 2 or more; aihwkit's `piecewise_up` */
  readonly upNodes?: readonly number[];
  /** size of a DOWN pulse, as many nodes; `piecewise_down` */
  readonly downNodes?: readonly number[];
}

/**
 * Cells whose pulses follow measured data: w ← w ± s f(w)(1 + σξ), where f is the line through nodes between the bounds.
 * `fitPiecewise` finds the nodes from measured conductances. aihwkit's `PiecewiseStepDevice`.
 *
 * @throws {RangeError} when an option is out of its range
 */
export function piecewiseStep(options: PiecewiseStepOptions = {}): CellPlan {
  const { upNodes = [1, 1], downNodes = upNodes.map(() => 1), ...pulsed } = options;
  must(upNodes.length >= 2, 'upNodes', '2 nodes or more', upNodes.length);
  must(
    downNodes.length === upNodes.length,
    'downNodes',
    `${upNodes.length} nodes, as upNodes`,
    downNodes.length,
  );
  for (const node of [...upNodes, ...downNodes]) mustNotBeNegative(node, 'node of a piecewise step');
  const own = { upNodes: [...upNodes], downNodes: [...downNodes] };
  mustBePositive(own.upNodes[Math.floor(upNodes.length / 2)], 'middle node of upNodes');
  return plan(import.meta.url, 'piecewise step', { ...resolvedPulsed(pulsed), ...own });
}

/** Makes what `piecewiseStep()` plans. */
export function create(options: Resolved<PiecewiseStepOptions>): Cell {
  return {
    name: 'piecewise step',
    description: describe(`piecewise step of ${options.upNodes.length} nodes`, options),
    cells: (context) => pulsedCells(context, options, (arrays) => piecewiseSteps(context, options, arrays)),
  };
}

function piecewiseSteps(
  { arena, kernels }: CellsContext,
  { upNodes, downNodes, stepSize, stepNoise }: Resolved<PiecewiseStepOptions>,
  arrays: CellArrays,
): Steps {
  const [up, down] = [upNodes, downNodes].map((nodes) => {
    const array = arena.floats(nodes.length);
    array.set(nodes);
    return array;
  });
  const noise = relativeNoise(stepNoise, true);
  return {
    granularity: stepSize * upNodes[Math.floor(upNodes.length / 2)],
    draws: drawsAt(stepNoise, 'pulse'),
    step: (hits) => kernels.curvedSteps(hits, arrays, { kind: 'piecewise', up, down }, noise),
  };
}
