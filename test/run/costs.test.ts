import { expect, test } from 'vitest';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { measuredCosts } from '../../src/run/costs.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { blockingBackprop, hashOf, traceOf, uniform } from '../runtimes/runs.ts';

const four = { ...uniform, layers: [200, 20, 20, 20].map((units) => forwardForward({ units })), epochs: 1 };

test('a wide layer costs more than narrow ones, and every layer something', async () => {
  const costs = await measuredCosts(four);
  expect(costs).toHaveLength(4);
  expect(Math.min(...costs)).toBeGreaterThan(0);
  expect(costs[0]).toBeGreaterThan(Math.max(...costs.slice(1)));
});

test('layers are shared out by the costs that a runtime is given, and learn the same bits', async () => {
  const here = await traceOf(four, inline());
  for (const costs of [
    [9, 1, 1, 1],
    [1, 1, 1, 9],
  ]) {
    const trace = await traceOf(four, workers({ count: 2, costs }));
    const ofStage0 = trace.filter((event) => event.kind === 'weights' && event.stage === 0);
    expect(ofStage0).toHaveLength(costs[0] === 9 ? 1 : 3);
    expect(hashOf(trace)).toBe(hashOf(here));
  }
});

test('costs that are not one a layer are refused', async () => {
  const trace = run(four, workers({ count: 2, costs: [1, 2] }));
  await expect(
    new Promise((resolve, reject) => trace.subscribe({ complete: resolve as () => void, error: reject })),
  ).rejects.toThrow('costs must be 4, one a layer; got 2');
});

test('no microbatch to time is refused', async () => {
  await expect(measuredCosts(four, 0)).rejects.toThrow(
    'microbatches to time must be a whole number, 1 or more; got 0',
  );
});

test('a schedule that gives a device several stages times no layers', async () => {
  await expect(measuredCosts({ ...blockingBackprop, schedule: interleaved() })).rejects.toThrow(
    "schedule to time layers by must be one with one stage a device, in a line; got 'interleaved-1f1b'",
  );
});
