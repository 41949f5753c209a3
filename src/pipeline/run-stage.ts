import { Arena } from '../core/arena.ts';
import { make } from '../core/plan.ts';
import type { Kernels } from '../kernels/kernel.ts';
import { makeChain } from './make-chain.ts';
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
  const arena = Arena.over(plan.memory);
  const kernels = await make<Kernels>(plan.kernels, arena);
  const tiles = await make(plan.tile, arena);
  const chain = await makeChain(plan, { arena, kernels, tiles });
  const stage = new Stage(plan, chain, await make(plan.schedule), arena);
  new Reporter(plan.control).send({
    type: 'ready',
    tile: tiles.description,
    kernels: kernels.description,
  });
  return stage;
}
