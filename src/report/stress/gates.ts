import { must, nearest } from '../../core/check.ts';
import type { GateOutcome, StressReport } from './stress-report.ts';

/** A figure that a gate may bound. */
interface Figure {
  /** `time`: a number with ms, s, …; `share` and `count`: a number */
  readonly kind: 'time' | 'share' | 'count';
  value(report: Omit<StressReport, 'gates'>): number | null | undefined;
}

const time = (value: Figure['value']): Figure => ({ kind: 'time', value });
const share = (value: Figure['value']): Figure => ({ kind: 'share', value });
const count = (value: Figure['value']): Figure => ({ kind: 'count', value });

/** Every figure that a gate may name. Times are milliseconds from the intended time. */
export const gateFigures: Readonly<Record<string, Figure>> = {
  p50: time(({ latencyMs }) => latencyMs.p50),
  p90: time(({ latencyMs }) => latencyMs.p90),
  p99: time(({ latencyMs }) => latencyMs.p99),
  p999: time(({ latencyMs }) => latencyMs.p999),
  max: time(({ latencyMs }) => latencyMs.max),
  mean: time(({ latencyMs }) => latencyMs.mean),
  service: time(({ serviceMs }) => serviceMs.mean),
  offered: count(({ offered }) => offered),
  learned: count(({ learned }) => learned),
  lost: count(({ dropped }) => dropped.total),
  inFlight: count(({ inFlight }) => inFlight),
  rate: count(({ learnedPerSecond }) => learnedPerSecond),
  violations: count(({ tallies }) => tallies.violations.length),
  accuracy: share(({ prequential }) => prequential?.accuracy),
  windowed: share(({ prequential }) => prequential?.windowed),
  kappa: share(({ prequential }) => prequential?.kappa),
  kappaM: share(({ prequential }) => prequential?.kappaM),
  kappaT: share(({ prequential }) => prequential?.kappaT),
  detections: count(({ detections }) => detections.length),
  restarts: count(({ restarts }) => restarts),
  missedFrames: count(({ frames }) => frames?.missed),
  memorySlope: count(({ memory }) => memory?.slope.perSecond),
  peakMemory: count(({ memory }) => memory?.peakBytes),
};

export interface Gate {
  /** as it was written */
  readonly text: string;
  readonly figure: string;
  readonly is: '<' | '<=' | '>' | '>=' | '=';
  /** milliseconds of a time */
  readonly bound: number;
}

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  min: 6e4,
};

/**
 * Reads `p99<50ms`, `lost=0`, `accuracy>0.9`.
 *
 * @throws {RangeError} one sentence, where the figure is not known or the bound is no number of its kind
 */
export function readGate(text: string): Gate {
  const [, name, is, number, unit = ''] =
    /^\s*([A-Za-z]\w*)\s*(<=|>=|<|>|=)\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-zµ]*)\s*$/i.exec(text) ?? [];
  must(name !== undefined, 'gate', 'a figure, one of < <= > >= =, and a number, such as p99<50ms', text);
  const figure = Object.hasOwn(gateFigures, name) ? gateFigures[name] : undefined;
  if (figure === undefined) {
    const figures = Object.keys(gateFigures);
    const near = nearest(name, figures);
    const rule = near === '' ? `one of ${figures.join(', ')}` : 'one that is known';
    throw new RangeError(`figure of gate '${text}' must be ${rule}; got '${name}'${near}`);
  }
  const scale = figure.kind === 'time' ? milliseconds[unit] : unit === '' ? 1 : undefined;
  const rule = figure.kind === 'time' ? 'a time with its unit, such as 50ms' : 'a number without a unit';
  const bound = Number(number) * (scale ?? Number.NaN);
  must(Number.isFinite(bound), `bound of gate '${text}'`, rule, `${number}${unit}`);
  return { text, figure: name, is: is as Gate['is'], bound };
}

/** Whether gates hold. One whose figure was not measured does not. */
export function gateOutcomes(gates: readonly Gate[], report: Omit<StressReport, 'gates'>): GateOutcome[] {
  return gates.map(({ text, figure, is, bound }) => {
    const value = gateFigures[figure].value(report) ?? null;
    return { gate: text, value, held: value !== null && holds(value, is, bound) };
  });
}

function holds(value: number, is: Gate['is'], bound: number): boolean {
  if (is === '<') return value < bound;
  if (is === '<=') return value <= bound;
  if (is === '>') return value > bound;
  return is === '>=' ? value >= bound : value === bound;
}
