import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { type RunOptions, run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { hashOf, predictionsOf, traceOf, uniform } from './runs.ts';

const broken = (pipeline: Pipeline, options: RunOptions): Promise<TraceEvent[]> =>
  lastValueFrom(run(pipeline, workers(), options).pipe(toArray()));

test('a stage that is killed begins anew, and the run ends with the undisturbed weights', async () => {
  const whole = await traceOf(uniform, inline());
  const trace = await broken(uniform, {
    supervision: { checkpointEvery: 2 },
    faults: [{ fault: 'kill', stage: 1, at: { microbatch: 7 } }],
  });
  expect(trace.filter(({ kind }) => kind === 'fault' || kind === 'restart')).toMatchObject([
    { kind: 'fault', fault: 'kill', stage: 1 },
    { kind: 'restart', device: 1, stages: [1], from: 6 },
  ]);
  expect(hashOf(trace)).toBe(hashOf(whole));
  expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
});
