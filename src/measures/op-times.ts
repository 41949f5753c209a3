import type { OpKind } from '../core/trace.ts';
import type { Measure } from './measure.ts';

/** Mean nanoseconds of the ops of one stage that learn; 0 of an op that it has not. */
export type MeanOpTimes = Readonly<Record<OpKind, number>>;

interface Sum {
  nanoseconds: number;
  count: number;
}

/**
 * How long the ops of each stage last that learn  [stages]
 *
 * @param warmUp  ops of each stage and kind that are left out at the beginning, where there are ten times as many
 */
export function opTimes(warmUp = 20): Measure<readonly MeanOpTimes[]> {
  const stages: Record<OpKind, { readonly early: Sum; readonly rest: Sum }>[] = [];
  const sum = (): Sum => ({ nanoseconds: 0, count: 0 });
  const sums = () => ({ early: sum(), rest: sum() });
  const mean = ({ early, rest }: { early: Sum; rest: Sum }): number => {
    const all = { nanoseconds: early.nanoseconds + rest.nanoseconds, count: early.count + rest.count };
    const { nanoseconds, count } = rest.count >= 9 * early.count ? rest : all;
    return count === 0 ? 0 : nanoseconds / count;
  };
  return {
    add(event) {
      if (event.kind !== 'op' || event.purpose !== 'learn') return;
      stages[event.stage] ??= { F: sums(), B: sums(), W: sums(), U: sums() };
      const { early, rest } = stages[event.stage][event.op];
      const into = early.count < warmUp ? early : rest;
      into.nanoseconds += event.end - event.start;
      into.count++;
    },
    value: () => stages.map(({ F, B, W, U }) => ({ F: mean(F), B: mean(B), W: mean(W), U: mean(U) })),
  };
}
