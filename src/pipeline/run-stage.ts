import { Arena } from '../core/arena.ts';
import { make } from '../core/plan.ts';
import { random } from '../core/random.ts';
import type { Kernels } from '../kernels/kernel.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';
import { Chain, disposeAll } from './chain.ts';
import { Reporter } from './reporter.ts';
import { Stage } from './stage.ts';
import { plainError } from './stage-error.ts';
import { portsOf, type StagePlan } from './stage-plan.ts';

/** Makes the stage's tile, layers and schedule on this thread, says it is ready, and works until it is done. */
export async function runStage(plan: StagePlan): Promise<void> {
  const stage = await makeStage(plan).catch((error: unknown) => {
    new Reporter(plan.control).send({ type: 'failed', error: plainError({ stage: plan.stage }, error) });
    for (const port of portsOf(plan)) port.close();
    return undefined;
  });
  await stage?.run();
}

async function makeStage(plan: StagePlan): Promise<Stage> {
  const layers: Layer[] = [];
  try {
    const arena = Arena.over(plan.memory);
    const kernels = await make<Kernels>(plan.kernels, arena);
    const tiles = await make(plan.tile, arena);
    const negatives = plan.negatives && (await make(plan.negatives));
    for (const { index, plan: layer, input, output } of plan.layers) {
      const context: LayerContext = {
        index,
        input,
        output,
        arena,
        kernels,
        tiles,
        negatives,
        optimiser: await make(layer.options.optimiser ?? plan.optimiser),
        random: random(plan.seed).fork(`layer ${index}`),
        steps: plan.steps,
      };
      const made = await make(layer, context);
      layers.push(made);
      const start = plan.weights.filter(({ name }) => name.startsWith(`layer${index}.`));
      if (start.length > 0) made.load(start);
    }
    const chain = new Chain(
      layers,
      plan.layers.slice(0, -1).map(({ output }) => output),
      arena,
    );
    const stage = new Stage(plan, chain, await make(plan.schedule), arena);
    new Reporter(plan.control).send({
      type: 'ready',
      tile: tiles.description,
      kernels: kernels.description,
    });
    return stage;
  } catch (error) {
    try {
      disposeAll(layers);
    } catch {
      // why the stage could not be made says more than why it could not be let go
    }
    throw error;
  }
}
