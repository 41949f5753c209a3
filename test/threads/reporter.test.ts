import type { MessagePort } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { WaitEvent } from '../../src/core/trace.ts';
import { type Report, Reporter } from '../../src/threads/reporter.ts';
import { RollCall } from '../../src/threads/roll-call.ts';

const event = (end: number): WaitEvent => ({ kind: 'starved', stage: 0, start: 0, end });

function reporter() {
  const sent: Report[] = [];
  const moved: unknown[][] = [];
  const port = {
    postMessage(report: Report, transfer: unknown[]) {
      sent.push(report);
      moved.push(transfer);
    },
  };
  return { sent, moved, reporter: new Reporter(port as unknown as MessagePort) };
}

test('events go out many at a time, in order, and those that wait too long on request', () => {
  const { sent, reporter: one } = reporter();
  for (let i = 0; i < 64; i++) one.event(event(i));
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ type: 'events' });
  one.event(event(1000));
  one.flushOlder(1050, 100);
  expect(sent).toHaveLength(1);
  one.flushOlder(1200, 100);
  expect(sent).toHaveLength(2);
});

test('without credit a device waits: reports that nobody takes do not pile up', () => {
  const { reporter: one } = reporter();
  let reports = 0;
  while (one.credit) {
    for (let i = 0; i < 64; i++) one.event(event(i));
    reports++;
    expect(reports).toBeLessThan(1000);
  }
  one.taken();
  expect(one.credit).toBe(true);
});

test('the arrays of a state move with it', () => {
  const { moved, reporter: one } = reporter();
  const weights = new Float32Array(4);
  const state = { weights, same: weights };
  one.send({ type: 'state', stage: 0, count: 3, state, forRun: true, forRestart: false });
  expect(moved).toEqual([[weights.buffer]]);
});

test('a roll call waits until all have spoken, and not for ever', async () => {
  const all = new RollCall();
  for (const device of [0, 1]) all.expect(device);
  const waited = all.wait(60_000);
  all.spoke(1);
  all.spoke(1);
  expect(all.complete).toBe(false);
  all.spoke(0);
  await waited;
  const deaf = new RollCall();
  deaf.expect(1);
  await deaf.wait(1);
  expect(deaf.complete).toBe(false);
});
