import type { Measure } from './measure.ts';

/**
 * Each stage's loss, a moving mean over about the last `span` microbatches; undefined for a stage that makes none [stages].
 *
 * @param span  microbatches, ≥ 1
 */
export function losses(span = 50): Measure<readonly (number | undefined)[]> {
  const means: (number | undefined)[] = [];
  const seen: number[] = [];
  return {
    add(event) {
      if (event.kind !== 'op' || event.again) return;
      means[event.stage] ??= undefined;
      if (event.loss === undefined) return;
      seen[event.stage] = (seen[event.stage] ?? 0) + 1;
      const share = 1 / Math.min(seen[event.stage], span);
      means[event.stage] = (means[event.stage] ?? 0) * (1 - share) + event.loss * share;
    },
    value: () => [...means],
  };
}
