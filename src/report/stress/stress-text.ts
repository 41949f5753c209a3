import type { Percentiles } from '../../measures/line-latency.ts';
import { percent } from '../table-cells.ts';
import { textTable } from '../text-table.ts';
import { firstToNotice } from './detection-scores.ts';
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
    machineText(report),
    gatesText(report),
    report.steered ? 'steered by hand: the seed alone does not give this again' : '',
    report.weightsHash === null ? '' : `weights ${report.weightsHash}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function flowText({ dropped, tallies, frames, restarts, edges, kept, ...report }: StressReport): string {
  const reasons = Object.entries(dropped.byReason).map(([reason, rows]) => `${reason} ${count(rows)}`);
  const lines = [
    `offered ${count(report.offered)} (${count(report.offeredPerSecond)} per second)  = learned ${count(report.learned)}`,
    `  + dropped ${count(dropped.total)}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''} + in flight ${count(report.inFlight)}; learned ${count(report.learnedPerSecond)} per second`,
  ];
  if (frames)
    lines.push(
      `frames missed ${count(frames.missed)} (${percent(frames.share)}) at ${frames.perSecond} per second`,
    );
  if (edges)
    lines.push(
      `edges that lose: ${edges.map(({ into, overflow }) => `${into} (${overflow})`).join(', ')}; timing decides what is learned`,
    );
  if (kept)
    lines.push(
      `learned from ${percent(kept.all)} of the samples: ${kept.layers.map((share) => percent(share)).join(', ')} by layer`,
    );
  if (restarts > 0) lines.push(`restarts ${restarts}`);
  lines.push(`the books balance at ${tallies.held} of ${tallies.held + tallies.violations.length} tallies`);
  for (const violation of tallies.violations.slice(0, 5)) lines.push(`DOES NOT BALANCE: ${violation}`);
  return lines.join('\n');
}

function timesText({ latencyMs, serviceMs, predictionMs }: StressReport): string {
  const row = (name: string, times: Percentiles) => [
    name,
    ...[times.mean, times.p50, times.p90, times.p99, times.p999, times.max].map(digits),
  ];
  const rows = [row('latency from the intended time', latencyMs), row('service', serviceMs)];
  if (predictionMs.max > 0) rows.push(row('prediction from the intended time', predictionMs));
  return textTable(rows, ['ms', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max']);
}

function stagesText({ stages }: StressReport): string {
  const rows = stages.map((one, stage) => [
    ...[stage, percent(one.utilisation), percent(one.starved), percent(one.blocked)],
    ...[`${digits(one.queue)} / ${one.queueP99}`, digits(one.serviceMs)],
    one.staleness === undefined ? '–' : `${digits(one.staleness)} / ${one.mostStale ?? 0}`,
  ]);
  return textTable(rows, [
    'stage',
    'busy',
    'starved',
    'blocked',
    'queue mean / p99',
    'service ms',
    'staleness mean / max',
  ]);
}

function scoresText({ prequential: scores }: StressReport): string {
  if (scores === null) return '';
  const kappas = [scores.kappa, scores.kappaM, scores.kappaT].map((kappa) => kappa.toFixed(3));
  return [
    `prequential accuracy of ${count(scores.samples)}: ${percent(scores.accuracy)}, windowed ${percent(scores.windowed)}, fading ${percent(scores.fading)}`,
    `kappa ${kappas[0]}, against the majority class ${kappas[1]}, against no change ${kappas[2]}`,
  ].join('\n');
}

/** Accuracy over the stream as blocks; below it where the stream changed (^) and where that was detected on the error (!) or in a layer (its number). */
function curveText({ curve, changes, detections }: StressReport): string {
  const last = curve.at(-1)?.[0] ?? 0;
  if (curve.length < 2 || last <= 0) return '';
  const columnOf = (at: number): number => Math.min(width - 1, Math.floor((at / last) * width));
  const line = Array.from({ length: width }, () => ' ');
  const [low, high] = [
    Math.min(...curve.map(([, accuracy]) => accuracy)),
    Math.max(...curve.map(([, accuracy]) => accuracy)),
  ];
  let point = 0;
  for (let column = 0; column < width; column++) {
    while (point + 1 < curve.length && columnOf(curve[point + 1][0]) <= column) point++;
    const height = high > low ? (curve[point][1] - low) / (high - low) : 1;
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

function detectorsText({ scores, changes, detections }: StressReport): string {
  if (scores.length === 0) return '';
  const rows = scores.map(({ detector, on, delays, falseAlarmsPer1000 }) => {
    const found = delays.filter((delay) => delay !== null);
    const mean = found.reduce((sum, delay) => sum + delay, 0) / found.length;
    const delay = found.length === 0 ? '–' : count(mean);
    return [detector, on, `${found.length} of ${changes.length}`, delay, falseAlarmsPer1000.toFixed(3)];
  });
  const first = firstToNotice(detections, changes).flatMap((one, i) =>
    one === undefined
      ? []
      : [
          `change at ${count(changes[i].from)}: ${one.on} noticed first, after ${count(one.at - changes[i].from)} samples (${one.detector})`,
        ],
  );
  const table = textTable(rows, ['detector', 'on', 'found', 'delay, samples', 'false per 1,000']);
  return [table, ...first.slice(0, 10)].join('\n');
}

function recoveriesText({ recoveries }: StressReport): string {
  if (recoveries.length === 0) return '';
  const rows = recoveries
    .slice(0, 20)
    .map(({ fault, seconds }) => [fault, seconds === null ? 'not recovered' : `${digits(seconds)} s`]);
  if (recoveries.length > 20) rows.push([`… and ${recoveries.length - 20} more`, '']);
  return textTable(rows, ['fault', 'recovered after']);
}

function machineText({ memory, eventLoopMs }: StressReport): string {
  const lines: string[] = [];
  if (memory) {
    const { perSecond, ci95 } = memory.slope;
    const kilobytes = (bytes: number): string => (bytes / 1e3).toFixed(1);
    const interval = ci95 === null ? '' : ` (95 %: ${ci95.map(kilobytes).join(' to ')})`;
    lines.push(
      `memory at most ${(memory.peakBytes / 1e6).toFixed(0)} MB, slope ${kilobytes(perSecond)} kB/s${interval}`,
    );
  }
  if (eventLoopMs)
    lines.push(
      `event loop late by p50 ${digits(eventLoopMs.p50)} ms, p99 ${digits(eventLoopMs.p99)} ms, max ${digits(eventLoopMs.max)} ms`,
    );
  return lines.join('\n');
}

function gatesText({ gates }: StressReport): string {
  return gates
    .map(
      ({ gate, value, held }) =>
        `${held ? 'holds' : 'FAILS'}  ${gate}  (${value === null ? 'not measured' : Number(value.toPrecision(6))})`,
    )
    .join('\n');
}
