import { describe, expect, it } from 'vitest';
import { firstOf } from '../../src/data/dataset.ts';
import { pixels } from '../../src/data/encoding.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { blackBox } from '../../src/layers/black-box.ts';
import { directFeedback } from '../../src/layers/direct-feedback.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import {
  blockingBackprop,
  hashOf,
  local,
  predictionsOf,
  test,
  traceOf,
  train,
  uniform,
} from '../runtimes/runs.ts';

const box = { units: 24, lifetime: 30 };
const below = backprop({ units: 24 });
const head = crossEntropyHead();
const fed = [directFeedback({ units: 24 }), blackBox({ ...box, backward: 'error' })];
const cases = {
  'Forward-Forward': {
    ...uniform,
    layers: [
      forwardForward({ units: 24 }),
      blackBox({ ...box, backward: 'none' }),
      forwardForward({ units: 16 }),
    ],
  },
  'backprop by the derivative, GPipe': {
    ...blockingBackprop,
    layers: [below, blackBox({ ...box, backward: 'exact' }), head],
    ...{ schedule: gpipe(), flush: 4 },
  },
  'backprop by a noisy model, PipeDream': {
    ...blockingBackprop,
    layers: [below, blackBox({ ...box, model: { noise: 0.2 } }), head],
    schedule: pipedream(),
  },
  'direct feedback': { ...blockingBackprop, layers: [...fed, crossEntropyHead({ sends: 'error' })] },
};

describe.each(Object.entries(cases))('a box that ages in %s', (_, pipeline) => {
  it('ends with the same bits and predictions inline, on workers and in virtual time', async () => {
    const few = { ...pipeline, samples: firstOf(train, 90), test: firstOf(test, 20) };
    const traces = await Promise.all([
      traceOf(few, inline({ stages: 2 })),
      traceOf(few, workers({ count: 2 })),
      traceOf(few, virtual({ devices: 2 })),
    ]);
    const [one, ...others] = traces.map((trace) => [hashOf(trace), predictionsOf(trace)]);
    for (const other of others) expect(other).toEqual(one);
  });
});

describe('a pipeline', () => {
  const error = (layers: typeof local.layers, of = local) =>
    traceOf({ ...of, layers }, inline()).then(String, ({ message }: Error) => message);

  it('refuses a box at either end, or one that goes another way than its layers', async () => {
    const still = blackBox({ units: 24, backward: 'none' });
    const rule = /^layers must be such that one that only relays lies between others; got/;
    expect(await error([still, monoForward({ units: 16 })])).toMatch(rule);
    expect(await error([monoForward({ units: 24 }), still])).toMatch(rule);
    expect(await error([below, still, head], { ...blockingBackprop, encoding: pixels() })).toMatch(
      /^layers must be all local or all backward; got/,
    );
  });

  it('refuses options out of their ranges', () => {
    expect(() => blackBox({ units: 4, strength: 1.1 })).toThrow(
      'strength of a black box must be between 0 and 1; got 1.1',
    );
    expect(() => blackBox({ units: 4, sharpness: 0 })).toThrow(/^sharpness of a black box must be/);
    expect(() => blackBox({ units: 4, lifetime: -1 })).toThrow(/^lifetime of a black box must be/);
    expect(() => blackBox({ units: 4, backward: 'exact', model: {} })).toThrow(
      "model of a black box must be left out unless backward is 'model'; got '{}'",
    );
    expect(() => blackBox({ units: 4, backward: 'sideways' as 'none' })).toThrow(
      /^backward of a black box must be one of none, exact, identity, model, error; got 'sideways'/,
    );
    expect(() => blackBox({ units: 4, model: { noise: -1 } })).toThrow(/^noise of a model must be/);
  });
});
