import type { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { random } from '../core/random.ts';
import { microbatchIn } from '../data/microbatch.ts';
import { LossySender } from '../work/channels/lossy-sender.ts';
import type { StageEnds } from '../work/channels/stage-channels.ts';
import type { StagePlan } from '../work/stage-plan.ts';
import type { StageLinks } from './device-plan.ts';

/** A stage's ends, with the queue in front of the edge out of it where that edge loses what finds no room. */
export async function lossyEnd(
  ends: StageEnds,
  { activityOut }: StageLinks,
  { drops, seed, stage }: StagePlan,
  { arena, clock }: { readonly arena: Arena; readonly clock: () => number },
): Promise<StageEnds> {
  if (drops === undefined || activityOut === undefined) return ends;
  const { shape } = activityOut.plan;
  const into = stage + 1;
  const sender = new LossySender(ends.activityOut, {
    ...{ overflow: await make(drops.overflow), room: drops.room, into, clock },
    random: random(seed).fork(`overflow of edge ${into}`),
    slot: () => microbatchIn(arena, shape),
  });
  return { ...ends, activityOut: sender };
}
