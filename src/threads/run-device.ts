import { Arena } from '../core/arena.ts';
import { make } from '../core/plan.ts';
import { agendaOf } from '../work/agenda.ts';
import { type Chain, disposeAll } from '../work/chain.ts';
import { makeChain } from '../work/make-chain.ts';
import { Stage } from '../work/stage.ts';
import { plainError } from '../work/stage-error.ts';
import { Device } from './device.ts';
import { Reporter } from './reporter.ts';
import { portsOf, type StagePlan } from './stage-plan.ts';

/**
 * Makes the tile, schedule and layers of a device's stages on this thread, says they are ready, and works until they are done.
 *
 * @param plans  of its stages, in the order of their chunks: one or more
 */
export async function runDevice(plans: readonly StagePlan[]): Promise<void> {
  const device = await makeDevice(plans);
  await device?.run();
}

/** @returns undefined where something can't be made: then it has said why */
async function makeDevice(plans: readonly StagePlan[]): Promise<Device | undefined> {
  const chains: Chain[] = [];
  try {
    const [{ memory, ...shared }] = plans;
    const arena = Arena.over(memory);
    const kernels = await make(shared.kernels, arena);
    const products = await make(shared.products, arena);
    const tiles = await make(shared.tile, { arena, kernels, products });
    for (const plan of plans) chains.push(await makeChain(plan, { arena, kernels, tiles }));
    const schedule = await make(shared.schedule);
    const stages = plans.map((plan, i) => new Stage(plan, chains[i], schedule, arena));
    const device = new Device(stages, agendaOf(schedule, shared), shared.origin);
    const ready = { type: 'ready', tile: tiles.description, kernels: kernels.description } as const;
    for (const { control } of plans) new Reporter(control).send(ready);
    return device;
  } catch (error) {
    const { stage, control } = plans[Math.min(chains.length, plans.length - 1)];
    new Reporter(control).send({ type: 'failed', error: plainError({ stage }, error) });
    for (const port of plans.flatMap(portsOf)) port.close();
    try {
      disposeAll(chains);
    } catch {
      // why a stage could not be made says more than why another could not be let go
    }
    return undefined;
  }
}
