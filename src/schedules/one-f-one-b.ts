import { plan } from '../core/plan.ts';
import { type Place, type Schedule, type SchedulePlan, type Step, step } from './schedule.ts';

/**
 * 1F1B with a flush: stage s lets p − s microbatches in, then makes one backward for each forward. The stages wait as long
 * as in GPipe, but hold p − s activities and no more.
 *
 * @see Narayanan 2021, Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM, section 2.2.1
 */
export function oneFOneB(): SchedulePlan {
  return plan(import.meta.url, '1f1b');
}

export function create(): Schedule {
  return {
    name: '1f1b',
    serves: ['backward'],
    inFlight: Number.POSITIVE_INFINITY,
    returnsInputAfter: 'W',
    sendsGradientAfter: 'W',
    updates: 'flush',
    order: (place) => alternate(place, place.devices - place.device, 0),
  };
}

/**
 * Forwards and backwards by turns, behind some forwards; each W stands some backwards behind its B.
 *
 * @param ahead  forwards before the first backward
 * @param lag    backwards between a B and its W
 */
export function* alternate({ microbatches }: Place, ahead: number, lag: number): Generator<Step> {
  const first = Math.min(ahead, microbatches);
  for (let i = 0; i < first; i++) yield step('F');
  for (let i = 0; i < microbatches; i++) {
    yield step('B');
    if (i >= lag) yield step('W');
    if (first + i < microbatches) yield step('F');
  }
  for (let i = 0; i < Math.min(lag, microbatches); i++) yield step('W');
  yield step('U');
}
