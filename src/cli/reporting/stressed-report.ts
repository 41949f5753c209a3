import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import {
  barChart,
  lineChart,
  type ReportDocument,
  type ReportFigure,
  type ReportSection,
  type ReportTable,
  type StressReport,
} from '../../report.ts';
import { busySentence, type Environment } from '../running/machine.ts';
import { mustFit } from '../runs/must-fit.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { readConfig } from '../settings/read-settings.ts';
import { machine } from './read-summary.ts';
import { machineText } from './sections/circumstances.ts';
import { linesTable } from './sections/course.ts';
import { traceSections } from './sections/pipeline.ts';
import { sharesFigure } from './sections/shares.ts';
import { tracedRuns } from './sections/traced.ts';
import { shellWord } from './shell-word.ts';

const count = z.number().min(0);
const percentiles = z.looseObject({ p50: z.number(), p99: z.number() });
/** As much of a `report.json` as a page reads; it may come from anyone. */
const schema = z.looseObject({
  ...{ rule: z.string(), source: z.string(), schedule: z.string(), seed: z.number() },
  ...{ offered: count, learned: count, inFlight: count, seconds: count, offeredPerSecond: count },
  learnedPerSecond: count,
  dropped: z.looseObject({ total: count, byReason: z.record(z.string(), count) }),
  ...{ latencyMs: percentiles, serviceMs: percentiles, predictionMs: percentiles },
  stages: z
    .array(z.looseObject({ utilisation: z.number(), starved: z.number(), blocked: z.number() }))
    .max(10_000),
  prequential: z.looseObject({ accuracy: z.number(), windowed: z.number(), kappa: z.number() }).nullable(),
  curve: z.array(z.tuple([z.number(), z.number()])).max(100_000),
  changes: z.array(z.looseObject({ from: z.number(), to: z.number(), what: z.string() })).max(100_000),
  detections: z.array(z.looseObject({ detector: z.string(), on: z.string(), at: z.number() })).max(1_000_000),
  ...{ runtime: z.string(), environment: machine.optional() },
  gates: z.array(z.looseObject({ gate: z.string(), value: z.number().nullable(), held: z.boolean() })),
});

/** shifts, detectors and detections of each that are marked */
const [shiftsAtMost, detectorsAtMost, marksAtMost] = [12, 4, 24];

/** The report of a stream under stress. @param path  of its run folder */
export async function stressedReport(path: string): Promise<ReportDocument> {
  const file = join(path, 'report.json');
  const value = parseJson(await readText(file, file, 64e6), file);
  mustFit(schema, value, file);
  const report = value as StressReport & { readonly environment?: Environment };
  const config = join(path, 'config.json');
  const configuration = existsSync(config) ? await readConfig(config) : {};
  const accuracy = await accuracyFigure(report);
  const drops = await dropsFigure(report);
  const sections: (ReportSection | undefined)[] = [
    {
      heading: 'Results',
      ...(report.environment && { note: machineNote(report.runtime, report.environment) }),
      table: resultsTable(report),
    },
    ...(report.gates.length > 0 ? [{ heading: 'Gates', table: gatesTable(report) }] : []),
    accuracy && { heading: 'Accuracy', figures: [accuracy], table: detectionsTable(report) },
    drops && { heading: 'What was lost', figures: [drops] },
    ...(await traceSections(tracedRuns(join(path, 'trace.json')))),
    report.stages.length > 0
      ? { heading: 'Where the time went', figures: [sharesFigure(barsOf(report), 'shares')] }
      : undefined,
  ];
  return {
    title: nameIn(configuration) ?? basename(path),
    headline: headline(report),
    sections: sections.filter((section) => section !== undefined),
    configuration,
    commands: [`forwardflow stress --config ${shellWord(config)}`],
  };
}

/** The name that --name gave it. */
function nameIn(settings: unknown): string | undefined {
  const { name } = (settings ?? {}) as Readonly<Record<string, unknown>>;
  return typeof name === 'string' ? name : undefined;
}

/** What it ran on, and whether other programs ran too. */
function machineNote(runtime: string, environment: Environment): string {
  const busy = busySentence(environment);
  return `${runtime === 'virtual' ? 'In virtual time, on' : 'On'} ${machineText(environment)}${busy ? `; ${busy}` : ''}.`;
}

function headline({ source, rule, offered, learned, dropped, prequential, gates }: StressReport): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const right = prequential
    ? ` ${(100 * prequential.accuracy).toFixed(1)} % were predicted right before they were learned from.`
    : '';
  const broken = gates.filter(({ held }) => !held).map(({ gate }) => gate);
  const held =
    gates.length === 0
      ? ''
      : broken.length === 0
        ? ' Every gate held.'
        : ` Gates that did not hold: ${broken.join(', ')}.`;
  return `${rule} on ${source}: of ${number(offered)} samples that came ${number(learned)} were learned from and ${number(dropped.total)} dropped.${right}${held}`;
}

function resultsTable(report: StressReport): ReportTable {
  const { latencyMs, serviceMs, predictionMs, prequential, memory } = report;
  const share = (value: number | undefined): number | null => (value === undefined ? null : 100 * value);
  const rows: [string, number | null][] = [
    ['samples that came', report.offered],
    ['learned from by every stage', report.learned],
    ['dropped', report.dropped.total],
    ['waiting or inside at the end', report.inFlight],
    ['seconds', report.seconds],
    ['offered, samples/s', report.offeredPerSecond],
    ['learned, samples/s', report.learnedPerSecond],
    ['latency p50, ms', latencyMs.p50],
    ['latency p99, ms', latencyMs.p99],
    ['service p50, ms', serviceMs.p50],
    ['service p99, ms', serviceMs.p99],
    ['prediction p50, ms', predictionMs.p50],
    ['prediction p99, ms', predictionMs.p99],
    ['prequential accuracy, %', share(prequential?.accuracy)],
    ['accuracy over the last 1,000, %', share(prequential?.windowed)],
    ['kappa', prequential?.kappa ?? null],
    ['memory at most, MB', memory ? memory.peakBytes / 1e6 : null],
    ['restarts', report.restarts ?? null],
  ];
  return { columns: ['', 'value'], rows: rows.filter(([, value]) => value !== null) };
}

function gatesTable({ gates }: StressReport): ReportTable {
  return {
    columns: ['gate', 'value', 'held'],
    rows: gates.map(({ gate, value, held }) => [gate, value, held ? 'yes' : 'no']),
  };
}

/** Accuracy over the stream, with its changes and what detectors found. */
async function accuracyFigure({
  curve,
  changes,
  detections,
}: StressReport): Promise<ReportFigure | undefined> {
  if (curve.length === 0) return undefined;
  const names = [...new Set(detections.map(({ detector, on }) => `${detector} on ${on}`))].slice(
    0,
    detectorsAtMost,
  );
  const marks = [
    ...changes.slice(0, shiftsAtMost).map(({ from, what }) => ({ x: from, name: what.slice(0, 24) })),
    ...names.flatMap((name, i) =>
      detections
        .filter(({ detector, on }) => `${detector} on ${on}` === name)
        .slice(0, marksAtMost)
        .map(({ at }) => ({ x: at, name: `${'●▲■▼'[i]}`, dashes: '2 4', row: i + 1 })),
    ),
  ];
  const series = [{ name: 'prequential accuracy', points: curve.map(([x, y]) => ({ x, y: 100 * y })) }];
  const title = 'Accuracy over the stream';
  const found = names.map((name, i) => `${'●▲■▼'[i]} ${name}`).join(', ');
  return {
    id: 'accuracy',
    title,
    caption: `Each sample is predicted before it is learned from; means over equal parts of the stream. Lines from top to bottom: changes of the stream${found ? `; dashed: detections by ${found}` : ''}.`,
    svg: await lineChart({
      title,
      x: { label: 'samples' },
      y: { label: '%' },
      series,
      marks,
      symbols: false,
    }),
    data: linesTable('sample', 'accuracy %', series),
  };
}

function detectionsTable({ changes, detections }: StressReport): ReportTable {
  const rows = [
    ...changes.map(({ from, what }) => ({ at: from, cells: ['change', what] })),
    ...detections.map(({ at, detector, on }) => ({ at, cells: ['detection', `${detector} on ${on}`] })),
  ].sort((a, b) => a.at - b.at);
  return {
    columns: ['', 'what', 'at sample'],
    rows: rows.slice(0, 60).map(({ at, cells }) => [...cells, at]),
  };
}

async function dropsFigure({ dropped }: StressReport): Promise<ReportFigure | undefined> {
  const bars = Object.entries(dropped.byReason).map(([name, value]) => ({ name, value }));
  if (!bars.some(({ value }) => value > 0)) return undefined;
  const title = 'Samples dropped, by reason';
  return {
    id: 'dropped',
    title,
    caption: 'Samples that came and were not learned from.',
    svg: await barChart({ title, label: 'samples', bars }),
    data: { columns: ['reason', 'samples'], rows: bars.map(({ name, value }) => [name, value]) },
  };
}

function barsOf({ stages }: StressReport) {
  return stages.slice(0, 24).map(({ utilisation, starved, blocked }, stage) => ({
    name: `stage ${stage}`,
    shares: {
      busy: utilisation,
      starved,
      blocked,
      communicating: Math.max(0, 1 - utilisation - starved - blocked),
    },
  }));
}
