import type { SimulationSettings } from '../../../cli/settings/simulation-settings.ts';
import type { Scenario, StageCosts } from '../../../simulation.ts';

/** What is known of a makespan without a simulation. */
export type Theory = { readonly formula: string; readonly seconds: number } | { readonly none: string };

/** What the forms are written in: stages p, microbatches m, whole ops f, b, w of a stage, latency c, chunks v; nanoseconds. */
interface Letters {
  readonly p: number;
  readonly m: number;
  readonly f: number;
  readonly b: number;
  readonly w: number;
  readonly c: number;
  readonly v: number;
}
interface Form {
  readonly formula: string;
  readonly of: (letters: Letters) => number;
  /** where it holds, beside equal stages */
  readonly holds?: (letters: Letters) => boolean;
}

/** By the name of the schedule; of a stage's ops b is the input gradient and w the weight gradient. */
const forms: Readonly<Record<string, Form>> = {
  blocking: {
    formula: 'm·p(f+b+w) + 2m(p−1)c',
    of: ({ p, m, f, b, w, c }) => m * (p * (f + b + w) + 2 * (p - 1) * c),
  },
  gpipe: {
    formula: '(m+p−1)(f+b+w) + 2(p−1)c',
    of: ({ p, m, f, b, w, c }) => (m + p - 1) * (f + b + w) + 2 * (p - 1) * c,
  },
  '1f1b': {
    formula: '(m+p−1)(f+b+w) + 2c[(p−1) + (m−2) − ⌊(m−2)/p⌋]',
    of: ({ p, m, f, b, w, c }) =>
      (m + p - 1) * (f + b + w) + 2 * c * (p - 1 + m - 2 - Math.floor((m - 2) / p)),
    holds: ({ p, m, c }) => c === 0 || m >= 2 * p,
  },
  'zb-h1': {
    formula: 'm(f+b+w) + (p−1)(f+b−w) + 4(p−1)c',
    of: ({ p, m, f, b, w, c }) => m * (f + b + w) + (p - 1) * (f + b - w + 4 * c),
    holds: ({ p, m, f, b, w }) => m >= 2 * p && w <= Math.min(f, b),
  },
  'zb-h2': {
    formula: 'm(f+b+w) + (p−1)(f+b−2w+2c)',
    of: ({ p, m, f, b, w, c }) => m * (f + b + w) + (p - 1) * (f + b - 2 * w + 2 * c),
    holds: ({ p, m, f, b, w }) => m >= 2 * p && w <= Math.min(f, b),
  },
  partime: {
    formula: 'm(f+b+w) + (p−1)(f+c)',
    of: ({ p, m, f, b, w, c }) => m * (f + b + w) + (p - 1) * (f + c),
  },
  'interleaved-1f1b': {
    formula: 'm(f+b+w) + (p−1)(f+b+w)/v',
    of: ({ p, m, f, b, w, v }) => m * (f + b + w) + ((p - 1) * (f + b + w)) / v,
    holds: ({ c }) => c === 0,
  },
};

/** The closed form of one flush, where the settings are such that there is one. */
export function theoryOf(scenario: Scenario, settings: SimulationSettings): Theory {
  const { schedule, jitter, devices: p, microbatches: m, link } = scenario;
  const costs = scenario.costs as StageCosts;
  const units = [costs.F, costs.B, costs.W, costs.U].map((op) => op ?? { mean: 0, cv: 0 });
  if (jitter !== undefined || units.some(({ cv }) => cv > 0)) return { none: 'times are random' };
  const [f, b, w, u] = units.map(({ mean }) => mean);
  const c = typeof link?.latency === 'number' ? link.latency : 0;
  const factors = Array.from({ length: p }, (_, stage) => {
    return (scenario.slow ?? []).find(({ device }) => device === stage)?.factor ?? 1;
  });
  if (schedule.name === 'stream') {
    if (settings.capacity !== undefined) return { none: 'it is for links with the usual room' };
    return streamTheory({ m, f, t: f + w + u, c }, factors);
  }
  if (factors.some((factor) => factor !== 1)) return { none: 'stages differ' };
  const form = forms[schedule.name];
  if (form === undefined) return { none: 'none is written down for this schedule' };
  if (u > 0) return { none: 'it is for updates that take no time' };
  if (settings.capacity !== undefined) return { none: 'it is for links with the usual room' };
  const v = Number((settings as { readonly chunks?: number }).chunks ?? 2);
  const letters = { p, m, f, b, w, c, v };
  if (p < 2) return { none: 'it is for 2 stages and more' };
  if (form.holds?.(letters) === false)
    return { none: `${form.formula} does not hold for these costs and counts` };
  return { formula: form.formula, seconds: form.of(letters) / 1e9 };
}

/** A line of stages with proportional ops, each of which sends after its F. */
function streamTheory(
  { m, f, t, c }: { readonly m: number; readonly f: number; readonly t: number; readonly c: number },
  factors: readonly number[],
): Theory {
  let [before, slowest, most] = [0, 0, 0];
  for (const factor of factors) {
    slowest = Math.max(slowest, factor);
    most = Math.max(most, before + (m - 1) * t * slowest + t * factor);
    before += f * factor + c;
  }
  const even = factors.every((factor) => factor === factors[0]);
  const formula = even
    ? 'm·t + (p−1)(f+c), t = f+w+u'
    : 'the last stage to end, q: Σ(fᵢ+c) before it + (m−1)·max t + t of q, t = f+w+u';
  return { formula, seconds: most / 1e9 };
}
