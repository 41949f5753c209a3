import { Subject } from 'rxjs';
import { must } from '../../core/check.ts';
import type { Microbatch } from '../../data/microbatch.ts';
import type { ChannelReceiver, ChannelSender } from './channel.ts';

export interface LocalChannelOptions {
  /** microbatches that may be on the channel, ≥ 1; Infinity: as many as are sent */
  readonly capacity: number;
  /** allocates one slot; called only while no slot that was given back is free */
  readonly slot: () => Microbatch;
}

/**
 * A channel within one thread. Its slots are made on first use and reused. An end that sleeps is woken synchronously: `send`
 * and `close` run the receiver, `giveBack` runs the sender, before they return.
 */
export interface LocalChannel {
  readonly sender: ChannelSender;
  readonly receiver: ChannelReceiver;
}

/** @throws {RangeError} unless capacity is a whole number, 1 or more, or Infinity */
export function localChannel({ capacity, slot }: LocalChannelOptions): LocalChannel {
  must(
    capacity === Number.POSITIVE_INFINITY || (Number.isSafeInteger(capacity) && capacity >= 1),
    'capacity of a channel',
    'a whole number of microbatches, 1 or more, or Infinity',
    capacity,
  );
  const free: Microbatch[] = [];
  const sent = queue();
  const emitted = queue();
  const arrived = new Subject<Microbatch>();
  const returned = new Subject<number>();
  let [closed, completed] = [false, false];
  let [senderSleeps, receiverSleeps] = [false, false];
  let claimed: Microbatch | undefined;

  const credit = (): number => capacity - sent.length - emitted.length;
  const drained = (): boolean => closed && sent.length === 0;
  const poll = (): boolean => {
    let any = false;
    for (let next = sent.take(); next !== undefined; next = sent.take()) {
      any = true;
      emitted.put(next);
      arrived.next(next);
    }
    if (drained() && !completed) {
      completed = true;
      arrived.complete();
    }
    return any;
  };
  const wakeReceiver = (): void => {
    if (!receiverSleeps) return;
    receiverSleeps = false;
    poll();
  };

  return {
    sender: {
      get credit() {
        return credit();
      },
      credits: returned,
      claim() {
        if (claimed === undefined && credit() > 0) claimed = free.pop() ?? slot();
        return claimed;
      },
      send() {
        if (claimed === undefined) throw new Error('send needs a slot that was claimed; got none');
        sent.put(claimed);
        claimed = undefined;
        wakeReceiver();
      },
      sleep() {
        senderSleeps = credit() === 0;
        return !senderSleeps;
      },
      close() {
        closed = true;
        wakeReceiver();
      },
      release() {
        senderSleeps = false;
      },
    },
    receiver: {
      microbatches: arrived,
      poll,
      giveBack() {
        const oldest = emitted.take();
        if (oldest === undefined) throw new Error('giveBack needs a microbatch that was emitted; got none');
        free.push(oldest);
        if (!senderSleeps) return;
        senderSleeps = false;
        returned.next(credit());
      },
      sleep() {
        receiverSleeps = sent.length === 0 && (!closed || completed);
        return !receiverSleeps;
      },
      get drained() {
        return drained();
      },
      release() {
        receiverSleeps = false;
      },
    },
  };
}

/** First in, first out, at a constant cost: what was taken is cut off in large pieces. */
function queue() {
  let items: Microbatch[] = [];
  let head = 0;
  return {
    get length() {
      return items.length - head;
    },
    put(item: Microbatch): void {
      items.push(item);
    },
    take(): Microbatch | undefined {
      if (head === items.length) return undefined;
      const item = items[head++];
      if (head === items.length) [items, head] = [[], 0];
      else if (head > 1024 && 2 * head > items.length) [items, head] = [items.slice(head), 0];
      return item;
    },
  };
}
