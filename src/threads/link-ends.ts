import type { Arena } from '../core/memory/arena.ts';
import type { ChannelReceiver, ChannelSender } from '../work/channels/channel.ts';
import { LimitedSender } from '../work/controls/limited-sender.ts';
import { type LinkEnd, LinkReceiver, LinkSender } from './link.ts';
import { covered, type Position } from './retained/layout.ts';
import { RetainedReceiver } from './retained/receiver.ts';
import { type RetainedPlan, RetainedSender } from './retained/sender.ts';

const start: Position = { learned: 0, predicted: 0 };

/** Predictions that a retained link's receiver has made and told of, before it died too. */
export function predictionsCovered({ plan }: LinkEnd, arena: Arena): number {
  if (!plan.retained) return 0;
  arena.see(plan.at + 4 * (covered + 2));
  return Atomics.load(new Int32Array(arena.buffer, plan.at, covered + 2), covered + 1);
}

/** @param from  where an end begins that takes the part of a dead one; left out, at the start */
export function senderOf({ plan, port }: LinkEnd, arena: Arena, from = start): ChannelSender {
  const sender = plan.retained
    ? new RetainedSender(plan as RetainedPlan, port, arena, from)
    : new LinkSender({ plan, port }, arena);
  return plan.limit ? new LimitedSender(sender, plan.limit) : sender;
}

/** @param from  where an end begins that takes the part of a dead one; left out, at the start */
export function receiverOf({ plan, port }: LinkEnd, arena: Arena, from = start): ChannelReceiver {
  return plan.retained
    ? new RetainedReceiver(plan as RetainedPlan, port, arena, from)
    : new LinkReceiver({ plan, port }, arena);
}
