import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { LinkReceiver, LinkSender, planLink } from '../../src/threads/link.ts';
import { shape } from './traffic.ts';

// Two threads meet within nanoseconds of each other too seldom to find a lost wake-up by trying. Here they always do: one
// end's step is broken off before its n-th access to shared memory, for every n, and the other end's step put in between.

const arena = Arena.over();

afterEach(() => {
  vi.restoreAllMocks();
});

/** Does `step`, with `other` before its access number `at`. @returns whether it got that far */
function broken(step: () => void, at: number, other: () => void): boolean {
  let accesses = 0;
  let inside = false;
  for (const name of ['load', 'store', 'add', 'exchange'] as const) {
    const access = Atomics[name] as (...operands: unknown[]) => number;
    vi.spyOn(Atomics, name).mockImplementation(((...operands: unknown[]) => {
      if (!inside && accesses++ === at) {
        inside = true;
        other();
        inside = false;
      }
      return access(...operands);
    }) as never);
  }
  step();
  vi.restoreAllMocks();
  return accesses > at;
}

function link() {
  const plan = planLink('link', shape, 1, arena);
  const { port1, port2 } = new MessageChannel();
  const sender = new LinkSender({ plan, port: port1 }, arena);
  const receiver = new LinkReceiver({ plan, port: port2 }, arena);
  let bells = 0;
  for (const port of [port1, port2]) port.postMessage = () => void bells++;
  const fill = () => {
    sender.claim();
    sender.send();
    receiver.poll();
  };
  const release = () => {
    sender.release();
    receiver.release();
  };
  return { sender, receiver, fill, release, bells: () => bells };
}

type Link = ReturnType<typeof link>;

const meetings: readonly [string, (of: Link) => boolean, (of: Link) => void, (of: Link) => void][] = [
  ['a microbatch is sent', ({ receiver }) => receiver.sleep(), ({ sender }) => sender.send(), () => {}],
  ['the link is closed', ({ receiver }) => receiver.sleep(), ({ sender }) => sender.close(), () => {}],
  [
    'credit returns',
    ({ sender }) => sender.sleep(),
    ({ receiver }) => receiver.giveBack(),
    (of) => of.fill(),
  ],
];

test.each(meetings)(
  '%s while the other end goes to sleep: that end sees it or is rung',
  (_, sleep, act, prepare) => {
    let places = 0;
    for (const sleeperIsBroken of [true, false]) {
      for (let at = 0, met = true; met; at++) {
        const of = link();
        prepare(of);
        let saw = false;
        const goToSleep = () => {
          saw = sleep(of);
        };
        const steps = [goToSleep, () => act(of)];
        if (!sleeperIsBroken) steps.reverse();
        met = broken(steps[0], at, steps[1]);
        if (met) {
          places++;
          expect({ sleeperIsBroken, at, woken: saw || of.bells() > 0 }).toMatchObject({ woken: true });
        }
        of.release();
      }
    }
    expect(places).toBeGreaterThanOrEqual(4);
  },
);

test('an end that does not sleep is not rung', () => {
  const { sender, receiver, fill, bells, release } = link();
  fill();
  receiver.giveBack();
  sender.close();
  expect(bells()).toBe(0);
  release();
});
