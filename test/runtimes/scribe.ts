import { plan } from '../../src/core/plan.ts';
import { arrays } from '../../src/core/state.ts';
import type { Shape } from '../../src/data/microbatch.ts';
import { passOn } from '../../src/data/microbatch.ts';
import type { Layer, LayerPlan } from '../../src/layers/layer.ts';

// A layer for tests that learns nothing. Asked, it favours a label that tells how many updates it has made; learning, it
// throws unless the wrong label it is given tells of the update that it must.

export function scribe(lag: number): LayerPlan {
  return { ...plan(import.meta.url, 'scribe'), options: { units: 1, lag }, learns: 'locally' };
}

export const emits = (_: object, input: Shape): Shape => ({ ...input, width: 0, streams: 0, candidates: 0 });
export const cost = (): number => 1;

/** a label that is wrong, and another one for each of nine updates */
const told = (truth: number, updates: number): number => (truth + 1 + (updates % 9)) % 10;

export function create({ lag }: { lag: number }): Layer {
  const updates = new Float64Array(1);
  return {
    memory: () => ({ bytes: 0 }),
    forward(from) {
      for (let r = 0; r < from.rows; r++) {
        const expected = told(from.labels[r], Math.max(0, updates[0] - lag));
        if (from.wrong[r] !== expected)
          throw new RangeError(
            `wrong label at update ${updates[0]} must be ${expected}; got ${from.wrong[r]}`,
          );
      }
      return undefined;
    },
    gradient() {},
    update() {
      updates[0]++;
    },
    predict(from, to) {
      passOn(from, to);
      for (let r = 0; r < from.rows; r++) to.scores[r * 10 + told(from.labels[r], updates[0])] += 1;
    },
    parameters: () => [],
    load() {},
    ...arrays({ updates }),
    macs: 0,
    dispose() {},
  };
}
