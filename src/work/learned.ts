import { must } from '../core/check.ts';
import type { WeightsEvent } from '../core/trace.ts';
import type { Chain } from './chain.ts';
import type { StagePlan } from './stage-plan.ts';

/**
 * What the layers of a stage have learned, as copies: the arrays lie in the run's memory, which would live as long as they.
 *
 * @throws {RangeError} when a weight is not finite
 */
export function* learned({ stage, layers }: StagePlan, chain: Chain): Generator<WeightsEvent> {
  for (const [i, { index }] of layers.entries()) {
    const parameters = chain.parametersOf(i).map((one) => ({ ...one, data: one.data.slice() }));
    for (const { name, data } of parameters) {
      const wrong = data.find((weight) => !Number.isFinite(weight));
      must(wrong === undefined, name, 'finite', wrong);
    }
    const hardware = chain.hardwareOf(i);
    yield { kind: 'weights', layer: index, stage, parameters, ...(hardware && { hardware }) };
  }
}
