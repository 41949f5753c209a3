import type { Times } from '../../measures/parts/time-histogram.ts';
import { percent } from '../table-cells.ts';
import { textTable } from '../text-table.ts';
import type { StressReport } from './stress-report.ts';

/** columns of the curve */
const width = 72;
const blocks = '▁▂▃▄▅▆▇█';

/** A report for people, in 80 columns. */
export function stressText(report: StressReport): string {
  const parts = [
    flowText(report),
    timesText(report),
    stagesText(report),
    scoresText(report),
    curveText(report),
    detectorsText(report),
    recoveriesText(report),
    processText(report),
    gatesText(report),
    `weights ${report.weightsHash}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function flowText({ dropped, violations, frames, ...report }: StressReport): string {
  const reasons = Object.entries(dropped.byReason).map(([reason, rows]) => `${reason} ${count(rows)}`);
  const lines = [
    `offered ${count(report.offered)} (${count(report.offeredPerSecond)} per second)  = learned ${count(report.learned)}`,
    `  + dropped ${count(dropped.total)}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''} + in flight ${count(report.inFlight)}; learned ${count(report.learnedPerSecond)} per second`,
  ];
  if (frames.missed > 0) lines.push(`frames missed ${count(frames.missed)} of ${count(frames.seen)}`);
  for (const violation of violations.slice(0, 5)) lines.push(`DOES NOT BALANCE: ${violation}`);
  return lines.join('\n');
}

function timesText({ latencyMs, serviceMs, predictionMs }: StressReport): string {
  const row = (name: string, times: Times) => [
    name,
    ...[times.mean, times.p50, times.p90, times.p99, times.p999, times.max].map(digits),
  ];
  const rows = [row('latency from the intended time', latencyMs), row('service', serviceMs)];
  if (predictionMs.count > 0) rows.push(row('prediction from the intended time', predictionMs));
  return textTable(rows, ['ms', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max']);
}

function stagesText({ stages }: StressReport): string {
  const rows = stages.map(({ utilisation, queue, serviceMs, staleness }, stage) => [
    stage,
    percent(utilisation),
    `${digits(queue.mean)} / ${queue.p99}`,
    `${digits(serviceMs.mean)} / ${digits(serviceMs.p99)}`,
    `${digits(staleness.mean)} / ${staleness.max}`,
  ]);
  return textTable(rows, [
    'stage',
    'busy',
    'queue mean / p99',
    'service ms mean / p99',
    'staleness mean / max',
  ]);
}

function scoresText({ prequential: scores }: StressReport): string {
  if (scores.samples === 0) return '';
  const kappas = [scores.kappa, scores.kappaM, scores.kappaT].map((kappa) => kappa.toFixed(3));
  const unscored = scores.unscored > 0 ? `, ${count(scores.unscored)} never scored` : '';
  return [
    `prequential accuracy of ${count(scores.samples)}: ${percent(scores.accuracy)}, windowed ${percent(scores.windowed)}, fading ${percent(scores.faded)}${unscored}`,
    `kappa ${kappas[0]}, against the majority class ${kappas[1]}, against no change ${kappas[2]}`,
  ].join('\n');
}

/** Accuracy over the stream as blocks; below it where the stream changed (^) and where that was detected on the error (!) or in a layer (its number). */
function curveText({ prequential: { curve }, changes, detections }: StressReport): string {
  const last = curve.at(-1)?.at ?? 0;
  if (curve.length < 2 || last <= 0) return '';
  const columnOf = (at: number): number => Math.min(width - 1, Math.floor((at / last) * width));
  const line = Array.from({ length: width }, () => ' ');
  const [low, high] = [
    Math.min(...curve.map((one) => one.accuracy)),
    Math.max(...curve.map((one) => one.accuracy)),
  ];
  let point = 0;
  for (let column = 0; column < width; column++) {
    while (point + 1 < curve.length && columnOf(curve[point + 1].at) <= column) point++;
    const height = high > low ? (curve[point].accuracy - low) / (high - low) : 1;
    line[column] = blocks[Math.min(7, Math.floor(8 * height))];
  }
  const marks = Array.from({ length: width }, () => ' ');
  for (const { at, on } of detections)
    if (at <= last) marks[columnOf(at)] = on === 'error' ? '!' : (/\d$/.exec(on)?.[0] ?? '+');
  const shifts = Array.from({ length: width }, () => ' ');
  for (const { from } of changes) if (from <= last) shifts[columnOf(from)] = '^';
  return [
    `accuracy from ${percent(low)} (▁) to ${percent(high)} (█), over ${count(last)} samples`,
    line.join(''),
    ...[shifts.join('').trimEnd(), marks.join('').trimEnd()].filter((text) => text !== ''),
    ...(changes.length + detections.length > 0 ? ['^ change  ! detected on the error  0…9 in a layer'] : []),
  ].join('\n');
}

function detectorsText({ detectors, changes, noticedFirst }: StressReport): string {
  if (detectors.length === 0) return '';
  const rows = detectors.map(({ detector, on, delay, found, falseAlarms, falsePerThousand }) => [
    ...[detector, on, `${found} of ${changes.length}`, delay === undefined ? '–' : count(delay)],
    `${count(falseAlarms)} (${falsePerThousand.toFixed(2)})`,
  ]);
  const first = noticedFirst.flatMap((one, i) =>
    one === undefined
      ? []
      : [
          `change ${i} at ${count(changes[i].from)}: ${one.on} noticed first, after ${count(one.at - changes[i].from)} samples (${one.detector})`,
        ],
  );
  const table = textTable(rows, ['detector', 'on', 'found', 'delay, samples', 'false (per 1,000)']);
  return [table, ...first.slice(0, 10)].join('\n');
}

function recoveriesText({ recoveries }: StressReport): string {
  if (recoveries.length === 0) return '';
  const rows = recoveries
    .slice(0, 20)
    .map(({ fault, seconds }) => [fault, seconds === undefined ? 'not recovered' : `${digits(seconds)} s`]);
  if (recoveries.length > 20) rows.push([`… and ${recoveries.length - 20} more`, '']);
  return textTable(rows, ['fault', 'recovered after']);
}

function processText({ process }: StressReport): string {
  if (process === undefined) return '';
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const kilobytes = (bytes: number): string => (bytes / 1e3).toFixed(1);
  const rows = (['rss', 'heap', 'arrayBuffers'] as const).map((name) => {
    const { peak, slope } = process[name];
    const interval = slope.ci95.map(kilobytes).join(' to ');
    return [name, megabytes(peak), `${kilobytes(slope.perSecond)} (${interval})`];
  });
  const { mean, p99, max } = process.eventLoopDelayMs;
  return [
    textTable(rows, ['memory', 'peak MB', 'slope kB/s (95 %)']),
    `event loop late: mean ${digits(mean)} ms, p99 ${digits(p99)} ms, max ${digits(max)} ms`,
  ].join('\n');
}

function gatesText({ gates }: StressReport): string {
  return gates
    .map(({ gate, value, held }) => `${held ? 'holds' : 'FAILS'}  ${gate}  (${Number(value.toPrecision(6))})`)
    .join('\n');
}
