import { Arena } from '../core/memory/arena.ts';
import { make, moduleOf } from '../core/plan.ts';
import { agendaOf } from '../work/agenda.ts';
import { type Chain, disposeAll } from '../work/chain.ts';
import { StageChannels, type StageEnds } from '../work/channels/stage-channels.ts';
import { makeChain } from '../work/make-chain.ts';
import { Stage } from '../work/stage.ts';
import { plainError } from '../work/stage-error.ts';
import type { StagePlan } from '../work/stage-plan.ts';
import { Device } from './device.ts';
import { type DevicePlan, portsOf, type StageLinks } from './device-plan.ts';
import { DeviceStage } from './device-stage.ts';
import { type LinkEnd, LinkReceiver, LinkSender } from './link.ts';
import { Reporter } from './reporter.ts';

/** Makes the products, schedule and layers of a device's stages on this thread, says they are ready, and works until they are done. */
export async function runDevice(plan: DevicePlan): Promise<void> {
  const device = await makeDevice(plan);
  await device?.run();
}

/** @returns undefined where something can't be made: then it has said why */
async function makeDevice(plan: DevicePlan): Promise<Device | undefined> {
  const { stages: plans, links, memory, control, origin, progress } = plan;
  const reporter = new Reporter(control);
  const chains: Chain[] = [];
  try {
    const [shared] = plans;
    await loadModules(plans);
    reporter.send({ type: 'loaded' });
    const arena = Arena.over(memory);
    const kernels = await make(shared.kernels, arena);
    const products = await make(shared.products, arena);
    const tiles = await make(shared.tile, { arena, kernels, products });
    for (const one of plans) chains.push(await makeChain(one, { arena, kernels, tiles }));
    const schedule = await make(shared.schedule);
    const stages = plans.map((one, i) => {
      const channels = new StageChannels(endsOf(links[i], arena), one.last);
      const stage = new Stage(one, chains[i], schedule, channels, (microbatch, state) =>
        reporter.send({ type: 'state', stage: one.stage, microbatch, state }),
      );
      return new DeviceStage(stage, chains[i], reporter, progress);
    });
    const device = new Device({ stages, agenda: agendaOf(schedule, shared), reporter, control, origin });
    reporter.send({ type: 'ready', products: tiles.description, kernels: kernels.description });
    return device;
  } catch (error) {
    const { stage } = plans[Math.min(chains.length, plans.length - 1)];
    reporter.send({ type: 'failed', error: plainError({ stage }, error) });
    for (const port of portsOf(plan)) port.close();
    try {
      disposeAll(chains);
    } catch {
      // why a stage could not be made says more than why another could not be let go
    }
    return undefined;
  }
}

/**
 * Loads what the plans name, so that a thread that is told to go has no file half read. One after the other: a member in
 * CommonJS can't require a module of ours that is half loaded.
 */
async function loadModules(plans: readonly StagePlan[]): Promise<void> {
  const named = plans.flatMap(({ layers, kernels, products, tile, schedule, optimiser, negatives }) => [
    ...layers.map(({ plan }) => plan),
    ...[kernels, products, tile, schedule, optimiser, negatives].filter((one) => one !== undefined),
  ]);
  for (const one of named) await moduleOf(one);
}

function endsOf(links: StageLinks, arena: Arena): StageEnds {
  const sender = (end: LinkEnd | undefined) => end && new LinkSender(end, arena);
  const receiver = (end: LinkEnd | undefined) => end && new LinkReceiver(end, arena);
  return {
    activityIn: new LinkReceiver(links.activityIn as LinkEnd, arena),
    activityOut: new LinkSender(links.activityOut as LinkEnd, arena),
    gradientIn: receiver(links.gradientIn),
    gradientOut: sender(links.gradientOut),
    topDownIn: receiver(links.topDownIn),
    topDownOut: sender(links.topDownOut),
  };
}
