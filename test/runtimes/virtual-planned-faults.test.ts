import { lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { constant } from '../../src/distributions/constant.ts';
import { run } from '../../src/run/run.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import type { MachineFault } from '../../src/work/faults/fault.ts';
import { closed } from './line-runs.ts';
import { hashOf } from './runs.ts';

const ms = 1e6;
/** one stage after another, F and W of 5 ms each */
const machine = { costs: { F: constant(5 * ms), W: constant(5 * ms) }, restart: 100 * ms };

async function traced(faults: readonly MachineFault[], learning = true): Promise<readonly TraceEvent[]> {
  const options = { faults, supervision: { checkpointEvery: 4 } };
  return lastValueFrom(run(closed, virtual({ ...machine, learning }), options).pipe(toArray()));
}

const opsOf = (events: readonly TraceEvent[], stage: number): OpEvent[] =>
  events.filter(
    (event): event is OpEvent => event.kind === 'op' && event.stage === stage && event.op !== 'U',
  );
const lengths = (events: readonly TraceEvent[], stage = 0): number[] =>
  opsOf(events, stage)
    .map(({ start, end }) => (end - start) / ms)
    .filter((length) => length !== 5);

it('a pause stretches the op at hand', async () => {
  const pause: MachineFault = { fault: 'pause', stage: 0, at: { time: 42 * ms }, lasts: 30 * ms };
  expect(lengths(await traced([pause]))).toEqual([35]);
});

it('a slow stage takes so many times as long, while it lasts', async () => {
  const slow: MachineFault = { fault: 'slow', stage: 0, at: { time: 40 * ms }, times: 3, lasts: 20 * ms };
  // 15 ms, then 5 of the next op's at a third: 1 2/3 of its 5 are done
  const seen = lengths(await traced([slow]));
  expect(seen).toHaveLength(2);
  expect(seen[0]).toBe(15);
  expect(seen[1]).toBeCloseTo(5 + 5 - 5 / 3, 5);
});

it('a kill costs the restart, and all work since the last checkpoint again', async () => {
  // the F of microbatch 6: behind the checkpoint after 4 lie two microbatches of 10 ms each
  const kill: MachineFault = { fault: 'kill', stage: 0, at: { microbatch: 6 } };
  expect(lengths(await traced([kill]))).toEqual([100 + 20 + 5]);
});

it.each([true, false])('faults are told, and change nothing but times; learning: %s', async (learning) => {
  const faults: MachineFault[] = [
    { fault: 'kill', stage: 1, at: { microbatch: 3 } },
    { fault: 'pause', stage: 0, at: { time: 20 * ms }, lasts: 10 * ms },
  ];
  const [calm, disturbed] = [await traced([], learning), await traced(faults, learning)];
  if (learning) expect(hashOf(disturbed)).toBe(hashOf(calm));
  expect(disturbed.filter(({ kind }) => kind === 'fault')).toHaveLength(2);
  expect(disturbed.filter(({ kind }) => kind === 'restart')).toHaveLength(1);
  expect(opsOf(disturbed, 1)).toHaveLength(opsOf(calm, 1).length);
});
