import {
  constant,
  make,
  ms,
  type Scenario,
  type Schedule,
  type SchedulePlan,
  simulate,
} from '../src/simulation.ts';

/** One product of a microbatch with a stage's weights: the unit u of the accounts in the docs. */
export const u = ms(1);

/** Forward-Forward: two forwards and two weight gradients, 4 u. */
export const forwardForwardCosts = { F: constant(2 * u), W: constant(2 * u) };
/** Mono-Forward: one of each, 2 u. */
export const monoForwardCosts = { F: constant(u), W: constant(u) };
/** Backprop: forward, input gradient, weight gradient, 3 u. */
export const backpropCosts = { F: constant(u), B: constant(u), W: constant(u) };

/** The share of the samples that a rule with a selection learns from here: about what FF keeps after its first passes. */
export const keptShare = 0.05;

/** Microbatches per u that a schedule gets through, flush after flush, or in the long run where it never flushes. */
export async function rate(plan: SchedulePlan, scenario: Omit<Scenario, 'schedule'>): Promise<number> {
  const schedule: Schedule = await make(plan);
  const { throughput } = simulate({ ...scenario, schedule });
  return (throughput * u) / 1e9;
}
