import type { SimulationSettings } from '../../../cli/settings/simulation-settings.ts';
import type { Scenario, StageCosts } from '../../../simulation.ts';

/** What is known of a makespan without a simulation. */
export type Theory = { readonly formula: string; readonly seconds: number } | { readonly none: string };

/** The closed form that the schedule declares, where the settings are such that it holds. */
export function theoryOf(scenario: Scenario, settings: SimulationSettings): Theory {
  const { schedule, jitter, devices: p, microbatches: m, link } = scenario;
  const { makespan: form } = schedule;
  const costs = scenario.costs as StageCosts;
  const units = [costs.F, costs.B, costs.W, costs.U].map((op) => op ?? { mean: 0, cv: 0 });
  if (jitter !== undefined || units.some(({ cv }) => cv > 0)) return { none: 'times are random' };
  if (form === undefined) return { none: 'none is written down for this schedule' };
  if (settings.capacity !== undefined) return { none: 'it is for links with the usual room' };
  const [f, b, w, u] = units.map(({ mean }) => mean);
  const c = typeof link?.latency === 'number' ? link.latency : 0;
  const slow = scenario.slow ?? [];
  const factors = Array.from(
    { length: p },
    (_, stage) => slow.find(({ device }) => device === stage)?.factor ?? 1,
  );
  if (!form.ofAnyStages) {
    if (factors.some((factor) => factor !== 1)) return { none: 'stages differ' };
    if (u > 0) return { none: 'it is for updates that take no time' };
    if (p < 2) return { none: 'it is for 2 stages and more' };
  }
  const flush = { p, m, f, b, w, u, c, factors };
  const formula = form.formula(flush);
  if (form.holds?.(flush) === false) return { none: `${formula} does not hold for these costs and counts` };
  return { formula, seconds: form.of(flush) / 1e9 };
}
