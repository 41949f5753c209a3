import { random } from '../../src/core/random.ts';
import type { Shape } from '../../src/data/microbatch.ts';
import { type LinkEnd, LinkReceiver, LinkSender } from '../../src/pipeline/link.ts';

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

/** Sends microbatches 0 … count − 1, each marked all over with its number, as a source does; then closes. */
export function sendAll(end: LinkEnd, traffic: Traffic): Promise<number> {
  const sender = new LinkSender(end);
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
        slot.sequence = next;
        slot.purpose = 'learn';
        slot.rows = 1 + (next % shape.rows);
        slot.labels.fill(next % 256);
        for (const lane of [slot.activity, slot.amplitude, slot.scores, slot.features]) lane.fill(next);
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
export function receiveAll(end: LinkEnd, traffic: Traffic): Promise<{ received: number; wrong: number }> {
  const receiver = new LinkReceiver(end);
  const rest = pauses(traffic, 'receiver');
  let received = 0;
  let wrong = 0;
  const doze = (): void => {
    while (receiver.sleep()) if (!receiver.poll()) return;
  };
  return new Promise((resolve) => {
    receiver.microbatches.subscribe({
      next: (m) => {
        const lanes = [m.activity, m.amplitude, m.scores, m.features];
        const intact =
          lanes.every((lane) => lane.every((x) => x === received)) &&
          m.labels.every((x) => x === received % 256);
        if (
          m.sequence !== received ||
          m.rows !== 1 + (received % shape.rows) ||
          m.purpose !== 'learn' ||
          !intact
        )
          wrong++;
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
