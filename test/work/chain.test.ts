import { expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { arrays } from '../../src/core/state.ts';
import { microbatch, type Shape } from '../../src/data/microbatch.ts';
import type { Layer } from '../../src/layers/layer.ts';
import { Chain } from '../../src/work/chain.ts';

const shape: Shape = {
  rows: 4,
  goodnessRows: 1,
  width: 6,
  streams: 2,
  candidates: 10,
  features: 3,
  classes: 10,
};

/** Layers that only write down what is asked of them. */
function chainOf(losses: readonly (number | undefined)[], other: object = {}) {
  const log: string[] = [];
  const layers = losses.map((loss, i): Layer => {
    const note = (op: string) => () => void log.push(`${op}${i}`);
    return {
      memory: () => ({ bytes: 100 * (i + 1) }),
      forward: (_, to) => {
        if (to) Object.assign(to, { purpose: 'learn', rows: 3 });
        note('F')();
        return loss;
      },
      backward: note('B'),
      gradient: note('W'),
      update: note('U'),
      predict: note('P'),
      parameters: () => [],
      load: note('L'),
      ...arrays({}),
      macs: 10 ** i,
      dispose: note('D'),
      ...other,
    };
  });
  const plan = { name: 'scribe', module: '', options: { units: 6 }, learns: 'locally' } as const;
  const planned = layers.map((_, index) => ({ index, plan, input: shape, output: shape, above: undefined }));
  return { log, chain: new Chain(layers, { layers: planned, last: true, heardBelow: false }, Arena.over()) };
}

test.each(['forward', 'backward', 'gradient', 'update', 'predict'] as const)(
  'a layer whose %s returns a promise is refused: it would be done while the next op runs',
  (method) => {
    const { chain } = chainOf([undefined], { [method]: async () => {} });
    const kept = chain.keep(arrived());
    const calls = {
      forward: () => chain.forward(kept, undefined),
      backward: () => chain.backward(kept, undefined, undefined),
      gradient: () => chain.gradient(kept),
      update: () => chain.update(1),
      predict: () => chain.predict(arrived(), microbatch(shape)),
    };
    expect(calls[method]).toThrow(
      new TypeError(`${method} of layer 0 ('scribe') must return when it is done; got a promise`),
    );
  },
);

function arrived() {
  return Object.assign(microbatch(shape), { sequence: 0, purpose: 'learn', rows: 3 });
}

test('forward goes up through the layers, the gradient comes down, and weights move from the bottom', () => {
  const { chain, log } = chainOf([undefined, undefined, 2]);
  const kept = chain.keep(arrived());
  expect(chain.forward(kept, undefined)).toBe(2);
  chain.backward(kept, undefined, undefined);
  chain.gradient(kept);
  chain.update(1);
  expect(log.join(' ')).toBe('F0 F1 F2 B2 B1 B0 W0 W1 W2 U0 U1 U2');
});

test('its loss is the mean of the layers that have one', () => {
  const lossOf = (losses: readonly (number | undefined)[]) => {
    const { chain } = chainOf(losses);
    return chain.forward(chain.keep(arrived()), undefined);
  };
  expect(lossOf([1, undefined, 2, 6])).toBe(3);
  expect(lossOf([undefined])).toBeUndefined();
});

test('it holds the input, what lies between its layers, and what they remember', () => {
  const { chain } = chainOf([1, 1, 1]);
  const kept = chain.keep(arrived());
  chain.forward(kept, undefined);
  const activity = 4 * 3 * (2 * 6 + 3); // fp32 · rows · (streams · width + features)
  expect(chain.held(kept)).toBe(3 * activity + 100 + 200 + 300);
  expect(chain.macs).toBe(111);
});

test('room that was given back is used again', () => {
  const { chain } = chainOf([1, 1]);
  const [first, second] = [chain.keep(arrived()), chain.keep(arrived())];
  expect(second.memories[0]).not.toBe(first.memories[0]);
  chain.giveBack(first);
  const third = arrived();
  expect(chain.keep(third)).toBe(first);
  expect(first.input).toBe(third);
});
