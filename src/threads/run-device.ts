import { threadId } from 'node:worker_threads';
import { wallNanoseconds } from '../core/clock.ts';
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
import { Strikes } from './faults/strikes.ts';
import type { LinkEnd } from './link.ts';
import { predictionsCovered, receiverOf, senderOf } from './link-ends.ts';
import { lossyEnd } from './lossy-end.ts';
import { Reporter } from './reporter.ts';
import { RetainedReceiver } from './retained/receiver.ts';
import { Handover } from './supervision/handover.ts';

/** Makes the products, schedule and layers of a device's stages on this thread, says they are ready, and works until they are done. */
export async function runDevice(plan: DevicePlan): Promise<void> {
  const device = await makeDevice(plan);
  await device?.run();
}

/** @returns undefined where something can't be made: then it has said why */
async function makeDevice(plan: DevicePlan): Promise<Device | undefined> {
  const { links, memory, control, origin, progress, ledger, faults } = plan;
  let { stages: plans } = plan;
  const reporter = new Reporter(control);
  const chains: Chain[] = [];
  try {
    const [shared] = plans;
    await loadModules(plans);
    reporter.send({ type: 'loaded', thread: threadId });
    const arena = Arena.over(memory);
    if (ledger !== undefined) arena.keepBooks(ledger);
    plans = plans.map((one, i) => ({ ...one, begun: begunOf(one, links[i], arena) }));
    const kernels = await make(shared.kernels, arena);
    const products = await make(shared.products, arena);
    const tiles = await make(shared.tile, { arena, kernels, products });
    for (const one of plans) chains.push(await makeChain(one, { arena, kernels, tiles }));
    const schedule = await make(shared.schedule);
    const handover = new Handover(reporter);
    const clock = (): number => wallNanoseconds() - origin;
    const strikes = new Strikes(faults, clock, (fault) => reporter.send({ type: 'struck', fault }));
    const ends = await Promise.all(
      plans.map((one, i) => lossyEnd(endsOf(links[i], arena, one), links[i], one, { arena, clock })),
    );
    const stages = plans.map((one, i) => {
      const channels = new StageChannels(ends[i], one.last, schedule.gradientDelay, one.begun.learned);
      const stage = new Stage(one, chains[i], schedule, channels, (taken) => handover.take(one.stage, taken));
      handover.join(stage);
      tellMendings(stage, reporter, clock);
      return new DeviceStage(stage, chains[i], progress, { reporter, handover, strikes });
    });
    const share = { ...shared, microbatches: shared.microbatches - shared.begun.learned };
    const device = new Device({ stages, agenda: agendaOf(schedule, share), reporter, control, origin });
    const predicted = plans.map(({ begun }) => begun.predicted);
    const { description } = kernels;
    reporter.send({ type: 'ready', products: tiles.description, kernels: description, predicted });
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
  const named = plans.flatMap(({ layers, kernels, products, tile, schedule, optimiser, ...rest }) => [
    ...layers.map(({ plan }) => plan),
    ...[kernels, products, tile, schedule, optimiser],
    ...[rest.negatives, rest.drops?.overflow].filter((one) => one !== undefined),
  ]);
  for (const one of named) await moduleOf(one);
}

function tellMendings({ plan: { stage }, channels }: Stage, reporter: Reporter, clock: () => number): void {
  for (const end of Object.values(channels.ends))
    if (end instanceof RetainedReceiver)
      end.mended = (fault, microbatch) =>
        reporter.event({ kind: 'mending', fault, stage, microbatch, start: clock() });
}

/** How far a stage is that takes the part of one that died. */
function begunOf({ begun }: StagePlan, { activityIn }: StageLinks, arena: Arena): StagePlan['begun'] {
  return { ...begun, predicted: activityIn ? predictionsCovered(activityIn, arena) : 0 };
}

/** The ends of a stage, from where it begins: behind the last stage only predictions go out. */
function endsOf(links: StageLinks, arena: Arena, { begun: from, last }: StagePlan): StageEnds {
  const learned = { ...from, predicted: 0 };
  const sender = (end: LinkEnd | undefined) => end && senderOf(end, arena, learned);
  const receiver = (end: LinkEnd | undefined, at = learned) => end && receiverOf(end, arena, at);
  return {
    activityIn: receiverOf(links.activityIn as LinkEnd, arena, from),
    activityOut: senderOf(links.activityOut as LinkEnd, arena, last ? { ...from, learned: 0 } : from),
    gradientIn: receiver(links.gradientIn),
    gradientOut: sender(links.gradientOut),
    // of the first microbatch nothing is heard
    topDownIn: receiver(links.topDownIn, { ...learned, learned: Math.max(0, from.learned - 1) }),
    topDownOut: sender(links.topDownOut),
  };
}
