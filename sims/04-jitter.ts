import { oneFOneB, stream, zbH1, zbH2 } from '../src/index.ts';
import { columns, type Study } from '../src/report.ts';
import { constant, lognormal, make, type SchedulePlan, simulate } from '../src/simulation.ts';
import { u } from './costs.ts';

/**
 * Whose pipeline suffers least when ops take now more, now less time?
 *
 * 16 stages, 64 microbatches, one flush, every op stretched by a lognormal of mean 1; 60 replications with common draws.
 * Convention: a Forward-Forward stage is one op of 4 u; backprop has F of 1 u and B with W of 2 u (ZB: F, B, W of 1 u).
 */
export default async function jitter(): Promise<Study> {
  const spreads = [0, 0.1, 0.3, 1];
  const one = { F: constant(4 * u) };
  const fused = { F: constant(u), B: constant(2 * u) };
  const split = { F: constant(u), B: constant(u), W: constant(u) };
  const cases: readonly [string, SchedulePlan, object, number?][] = [
    ['stream, any number of slots', stream(), one, Number.POSITIVE_INFINITY],
    ['stream, 1 slot', stream(), one, 2],
    ['stream, no slot', stream(), one, 1],
    ['1f1b', oneFOneB(), fused],
    ['zb-h1', zbH1(), split],
    ['zb-h2', zbH2(), split],
  ];
  const lost = new Map<string, number[]>();
  const rows: string[][] = [];
  for (const [name, plan, costs, capacity] of cases) {
    const schedule = await make(plan);
    const spans = spreads.map((cv) =>
      simulate(
        {
          ...{ schedule, devices: 16, microbatches: 64, costs: costs as typeof one, seed: 4 },
          ...(capacity !== undefined && { capacity }),
          ...(cv > 0 && { jitter: lognormal(cv) }),
        },
        { replications: cv > 0 ? 60 : 1 },
      ),
    );
    const [sure] = spans;
    lost.set(
      name,
      spans.map(({ makespan }) => makespan / sure.makespan - 1),
    );
    const cell = ({ makespan, makespanCi95 }: (typeof spans)[0]): string => {
      const half = makespanCi95 ? ` ± ${((1e3 * (makespanCi95[1] - makespanCi95[0])) / 2).toFixed(1)}` : '';
      return `${(1e3 * makespan).toFixed(1)}${half} (+${(100 * (makespan / sure.makespan - 1)).toFixed(1)} %)`;
    };
    rows.push([name, ...spans.map(cell)]);
  }
  const at = (name: string, i: number): number => lost.get(name)?.[i] ?? 0;
  const less = at('stream, any number of slots', 2) < at('1f1b', 2);
  const slot = at('stream, 1 slot', 2) < at('1f1b', 2);
  const none = at('stream, no slot', 2) < at('1f1b', 2);
  return {
    question:
      'Makespan of 64 microbatches on 16 stages, in u, when ops are stretched at random (and how much longer than without).',
    measured: [columns(['', ...spreads.map((cv) => `cv = ${cv}`)], rows)],
    claim: 'a stage that waits for nobody suffers less from jitter',
    criterion: 'at cv = 0.3 the stream loses a smaller share than 1F1B, whatever its links hold',
    verdict:
      less && slot && !none
        ? 'holds only if a link has a slot to spare: the stream’s gain is modest with one or more, and without any it loses more than 1F1B'
        : less && slot && none
          ? 'holds'
          : 'fails',
    width: Number.POSITIVE_INFINITY,
    figures: {
      spreads,
      ...Object.fromEntries([...lost].map(([name, shares]) => [name, { 'longer by': shares }])),
    },
  };
}
