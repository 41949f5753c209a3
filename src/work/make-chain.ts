import type { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { random } from '../core/random.ts';
import type { Kernels } from '../kernels/kernel.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';
import { mustHaveHorizon } from '../optimisers/optimiser.ts';
import type { TileMaker } from '../tiles/tile.ts';
import { Ageing } from './ageing.ts';
import { Chain, disposeAll } from './chain.ts';
import type { StagePlan } from './stage-plan.ts';

/** What layers are made on. */
export interface Workshop {
  readonly arena: Arena;
  readonly kernels: Kernels;
  readonly tiles: TileMaker;
}

/**
 * The layers of one stage, made on this thread.
 *
 * @throws what the first layer that can't be made throws; those made before it are let go
 */
export async function makeChain(
  plan: Pick<
    StagePlan,
    | 'layers'
    | 'negatives'
    | 'optimiser'
    | 'seed'
    | 'steps'
    | 'weights'
    | 'last'
    | 'heardBelow'
    | 'state'
    | 'from'
    | 'begun'
    | 'microbatchTime'
    | 'goesBackBy'
  >,
  workshop: Workshop,
): Promise<Chain> {
  const layers: Layer[] = [];
  const ageing = new Ageing(plan.microbatchTime, plan.from + plan.begun.learned);
  const { clock } = ageing;
  const tiles = ageing.over(workshop.tiles);
  try {
    const negatives = plan.negatives && (await make(plan.negatives));
    for (const { index, plan: layer, input, output, above } of plan.layers) {
      const optimiser = layer.options.optimiser ?? plan.optimiser;
      mustHaveHorizon(optimiser, plan.steps);
      const context: LayerContext = {
        index,
        input,
        output,
        ...(layer.settles && { above }),
        ...workshop,
        tiles,
        clock,
        negatives,
        optimiser: await make(optimiser),
        random: random(plan.seed).fork(`layer ${index}`),
        horizon: plan.steps,
        goesBackBy: plan.goesBackBy,
      };
      const made = await make(layer, context);
      layers.push(made);
      const start = plan.weights.filter(({ name }) => name.startsWith(`layer${index}.`));
      if (start.length > 0) made.load(start);
    }
    const chain = new Chain(layers, plan, workshop.arena, ageing);
    if (plan.state) chain.restore(plan.state);
    return chain;
  } catch (error) {
    try {
      disposeAll(layers);
    } catch {
      // why a layer could not be made says more than why one could not be let go
    }
    throw error;
  }
}
