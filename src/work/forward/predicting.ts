import type { LayerFigures } from '../../core/trace.ts';
import type { Microbatch } from '../../data/microbatch.ts';
import type { Chain } from '../chain.ts';
import type { Waiting } from '../channels/inbox.ts';
import type { StageChannels } from '../channels/stage-channels.ts';
import type { UnderWay } from '../under-way.ts';

/**
 * Predicts the oldest that only asks, before what came in earlier to be learned from.
 *
 * A channel takes its slots back in order: inputs that lie in older ones move out, or predictions would fill it.
 */
export function predictOldest(
  chain: Chain,
  { inbox, ends }: StageChannels,
  underWay: UnderWay,
): LayerFigures[] {
  const [one, before] = inbox.overtake();
  const { purpose } = one.microbatch;
  const margins = chain.predict(one.microbatch, ends.activityOut.claim(purpose) as Microbatch);
  ends.activityOut.send();
  for (const older of underWay.inSlots()) {
    chain.own(older.kept);
    inbox.giveBack(older);
  }
  for (const older of before) {
    if (older.moved !== undefined) continue;
    move(chain, older);
    inbox.giveBack(older);
  }
  inbox.giveBack(one);
  return margins;
}

/** Moves an input out of its slot before its F. */
function move(chain: Chain, waiting: Waiting): void {
  const kept = chain.keep(waiting.microbatch);
  chain.own(kept);
  waiting.moved = kept;
  waiting.microbatch = kept.input;
}
