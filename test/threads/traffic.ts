import type { Arena } from '../../src/core/memory/arena.ts';
import { random } from '../../src/core/random.ts';
import type { Microbatch, Shape } from '../../src/data/microbatch.ts';
import { type LinkEnd, LinkReceiver, LinkSender } from '../../src/threads/link.ts';

export const shape: Shape = {
  rows: 4,
  goodnessRows: 1,
  width: 3,
  streams: 2,
  candidates: 10,
  features: 2,
  classes: 10,
};

export interface Traffic {
  readonly count: number;
  /** each end pauses after a microbatch with this chance, for up to 0.2 ms */
  readonly pause: number;
  readonly seed: number;
}

const asleep = new Int32Array(new SharedArrayBuffer(4));

function pauses({ pause, seed }: Traffic, name: string): () => void {
  const draw = random(seed).fork(name);
  return () => {
    if (draw.uniform() < pause) Atomics.wait(asleep, 0, 0, draw.uniform() * 0.2);
  };
}

function mark(slot: Microbatch, number: number): void {
  slot.sequence = number;
  slot.purpose = 'learn';
  slot.rows = 1 + (number % shape.rows);
  slot.labels.fill(number % 256);
  for (const lane of [slot.activity, slot.amplitude, slot.scores, slot.features]) lane.fill(number);
}

function isIntact(m: Microbatch, number: number): boolean {
  const lanes = [m.activity, m.amplitude, m.scores, m.features];
  return (
    m.sequence === number &&
    m.purpose === 'learn' &&
    m.rows === 1 + (number % shape.rows) &&
    m.labels.every((x) => x === number % 256) &&
    lanes.every((lane) => lane.every((x) => x === number))
  );
}

/** Sends microbatches 0 … count − 1, each marked all over with its number, as a source does; then closes. */
export function sendAll(end: LinkEnd, arena: Arena, traffic: Traffic): Promise<number> {
  const sender = new LinkSender(end, arena);
  const rest = pauses(traffic, 'sender');
  let next = 0;
  return new Promise((resolve) => {
    const pump = (): void => {
      while (next < traffic.count) {
        const slot = sender.claim();
        if (slot === undefined) {
          if (sender.sleep()) continue;
          return;
        }
        mark(slot, next);
        sender.send();
        next++;
        rest();
      }
      sender.close();
      credits.unsubscribe();
      sender.release();
      resolve(next);
    };
    const credits = sender.credits.subscribe(pump);
    pump();
  });
}

/** Takes everything off the link as a sink does, and counts what is lost, doubled, out of order or damaged. */
export function receiveAll(
  end: LinkEnd,
  arena: Arena,
  traffic: Traffic,
): Promise<{ received: number; wrong: number }> {
  const receiver = new LinkReceiver(end, arena);
  const rest = pauses(traffic, 'receiver');
  let received = 0;
  let wrong = 0;
  let dozing = false;
  const doze = (): void => {
    if (dozing) return;
    dozing = true;
    while (receiver.sleep() && receiver.poll());
    dozing = false;
  };
  return new Promise((resolve) => {
    receiver.microbatches.subscribe({
      next: (m) => {
        if (!isIntact(m, received)) wrong++;
        received++;
        rest();
        receiver.giveBack();
        doze();
      },
      complete: () => {
        receiver.release();
        resolve({ received, wrong });
      },
    });
    doze();
  });
}

/** As `sendAll`, but asks to be woken after every microbatch, and does something else before it goes on. */
export function sendLazily(end: LinkEnd, arena: Arena, traffic: Traffic): Promise<number> {
  const sender = new LinkSender(end, arena);
  const rest = pauses(traffic, 'sender');
  let next = 0;
  return new Promise((resolve) => {
    const later = once(() => pump());
    const pump = (): void => {
      const slot = next < traffic.count ? sender.claim() : undefined;
      if (slot !== undefined) {
        mark(slot, next++);
        sender.send();
        rest();
      }
      if (next < traffic.count) {
        if (sender.sleep()) later();
        return;
      }
      sender.close();
      credits.unsubscribe();
      sender.release();
      resolve(next);
    };
    const credits = sender.credits.subscribe(later);
    pump();
  });
}

/**
 * As `receiveAll`, but as a stage does: it keeps what comes, works on one at a time and looks again in between, and asks
 * to be woken after each.
 */
export function receiveLazily(
  end: LinkEnd,
  arena: Arena,
  traffic: Traffic,
): Promise<{ received: number; wrong: number }> {
  const receiver = new LinkReceiver(end, arena);
  const rest = pauses(traffic, 'receiver');
  const inbox: Microbatch[] = [];
  let received = 0;
  let wrong = 0;
  return new Promise((resolve) => {
    const later = once(() => pump());
    const pump = (): void => {
      receiver.poll();
      const m = inbox.shift();
      if (m !== undefined) {
        if (!isIntact(m, received)) wrong++;
        received++;
        rest();
        receiver.giveBack();
      }
      if (receiver.drained && inbox.length === 0) {
        receiver.release();
        resolve({ received, wrong });
      } else if (receiver.sleep() || inbox.length > 0) later();
    };
    receiver.microbatches.subscribe({
      next: (m) => {
        inbox.push(m);
        later();
      },
      complete: later,
    });
    pump();
  });
}

/** Does it in a later turn of the event loop, once however often it is asked before then. */
function once(work: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      work();
    });
  };
}
