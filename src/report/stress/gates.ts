import { must } from '../../core/check.ts';
import type { GateResult, StressReport } from './stress-report.ts';

interface Figure {
  readonly unit: 'ms' | 's' | 'bytes/s' | '';
  value(report: StressReport): number;
}

const share = (value: Figure['value']): Figure => ({ unit: '', value });
const milliseconds = (value: Figure['value']): Figure => ({ unit: 'ms', value });

/** What a gate may name. */
const figures: Readonly<Record<string, Figure>> = {
  p50: milliseconds(({ latencyMs }) => latencyMs.p50),
  p90: milliseconds(({ latencyMs }) => latencyMs.p90),
  p99: milliseconds(({ latencyMs }) => latencyMs.p99),
  p999: milliseconds(({ latencyMs }) => latencyMs.p999),
  max: milliseconds(({ latencyMs }) => latencyMs.max),
  service: milliseconds(({ serviceMs }) => serviceMs.mean),
  serviceP99: milliseconds(({ serviceMs }) => serviceMs.p99),
  prediction: milliseconds(({ predictionMs }) => predictionMs.p99),
  p99OverService: share(({ latencyMs, serviceMs }) =>
    serviceMs.mean > 0 ? latencyMs.p99 / serviceMs.mean : 0,
  ),
  lost: share(({ dropped }) => dropped.total),
  lostShare: share(({ dropped, offered }) => (offered > 0 ? dropped.total / offered : 0)),
  offered: share(({ offered }) => offered),
  learned: share(({ learned }) => learned),
  inFlight: share(({ inFlight }) => inFlight),
  learnedPerSecond: share(({ learnedPerSecond }) => learnedPerSecond),
  violations: share(({ violations }) => violations.length),
  accuracy: share(({ prequential }) => prequential.accuracy),
  windowed: share(({ prequential }) => prequential.windowed),
  faded: share(({ prequential }) => prequential.faded),
  kappa: share(({ prequential }) => prequential.kappa),
  kappaM: share(({ prequential }) => prequential.kappaM),
  kappaT: share(({ prequential }) => prequential.kappaT),
  unscored: share(({ prequential }) => prequential.unscored),
  staleness: share(({ stages }) => Math.max(0, ...stages.map(({ staleness }) => staleness.max))),
  utilisation: share(({ stages }) => Math.max(0, ...stages.map(({ utilisation }) => utilisation))),
  detections: share(({ detections }) => detections.length),
  recovery: {
    unit: 's',
    value: ({ recoveries }) =>
      Math.max(0, ...recoveries.map(({ seconds }) => seconds ?? Number.POSITIVE_INFINITY)),
  },
  framesMissed: share(({ frames }) => frames.missed),
  framesMissedShare: share(({ frames }) => (frames.seen > 0 ? frames.missed / frames.seen : 0)),
  memorySlope: { unit: 'bytes/s', value: ({ process }) => process?.rss.slope.perSecond ?? 0 },
  memoryGrows: share(({ process }) => ((process?.rss.slope.ci95[0] ?? 0) > 0 ? 1 : 0)),
  eventLoopDelay: milliseconds(({ process }) => process?.eventLoopDelayMs.p99 ?? 0),
};

/** Figures that a gate may name, for help texts. */
export const gateFigures: readonly string[] = Object.keys(figures);

const units: Readonly<Record<Figure['unit'], Readonly<Record<string, number>>>> = {
  ms: { '': 1, ns: 1e-6, us: 1e-3, ms: 1, s: 1e3 },
  s: { '': 1, us: 1e-6, ms: 1e-3, s: 1, min: 60 },
  'bytes/s': { '': 1, 'B/s': 1, 'kB/s': 1e3, 'MB/s': 1e6 },
  '': { '': 1, '%': 0.01 },
};

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
};

/** A gate that has been read. */
export interface Gate {
  readonly gate: string;
  readonly figure: string;
  readonly comparison: string;
  readonly limit: number;
}

/**
 * Reads a gate: a figure, `<`, `<=`, `>`, `>=` or `=`, and a number, with a unit where the figure has one.
 *
 * @throws {RangeError} where there is no such figure, with the nearest one, or the rest can't be read
 */
export function readGate(gate: string): Gate {
  const parts =
    /^\s*([A-Za-z0-9]+)\s*(<=|>=|<|>|=)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([A-Za-z/%]*)\s*$/.exec(gate);
  must(parts !== null, 'gate', 'a figure, a comparison and a number, such as p99<50ms', gate);
  const [, figure, comparison, number, unit] = parts;
  const known = Object.hasOwn(figures, figure);
  if (!known) must(false, 'figure of a gate', `one that is measured, such as ${nearest(figure)}`, figure);
  const factors = units[figures[figure].unit];
  const names = Object.keys(factors).filter((name) => name !== '');
  must(Object.hasOwn(factors, unit), `unit of gate ${figure}`, names.join(', '), unit);
  return { gate, figure, comparison, limit: Number(number) * factors[unit] };
}

/** Whether a report holds a gate, and by what. @throws {RangeError} when the gate can't be read */
export function heldBy(gate: string, report: StressReport): GateResult {
  const { figure, comparison, limit } = readGate(gate);
  const value = figures[figure].value(report);
  return { gate, value, held: comparisons[comparison](value, limit) };
}

function nearest(name: string): string {
  let [best, least] = ['', Number.POSITIVE_INFINITY];
  for (const figure of gateFigures) {
    const far = distance(name.toLowerCase(), figure.toLowerCase());
    if (far < least) [best, least] = [figure, far];
  }
  return best;
}

/** Letters to change, add or leave out on the way from one word to another. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const swap = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[other.length];
}
