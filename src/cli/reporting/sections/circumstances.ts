import { energyText, nameOfRule, type ReportSection } from '../../../report.ts';
import { busySentence, type Environment } from '../../running/machine.ts';
import type { Summary } from '../../running/train-all.ts';
import type { RunRecord } from '../../runs/run-record.ts';

/** What a run learned from, on what, and whether the machine was its own: what the terminal says below its table. */
export function circumstancesSection(records: readonly RunRecord[]): ReportSection | undefined {
  const summaries = records.flatMap(({ summary }) => (summary === null ? [] : [summary]));
  const rows = facts
    .map(([name, of]) => [name, ...summaries.map((summary) => of(summary) || null)])
    .filter(([, ...values]) => values.some((value) => value !== null));
  if (rows.length === 0) return undefined;
  const heads = records.map(({ name, folder }) => (records.length === 1 ? '' : (name ?? folder)));
  return { heading: 'What it ran on', table: { columns: ['', ...heads], rows } };
}

/** The machine in a line. */
export function machineText({ cpu, cores, platform, node }: Environment): string {
  return `${cpu}, ${cores} cores, ${platform}, node ${node}`;
}

const facts: readonly (readonly [name: string, of: (summary: Summary) => string | undefined])[] = [
  ['data', ({ data }) => data],
  ['products', ({ runs }) => told(runs.map(({ tile }) => tile))],
  ['kernels', ({ runs }) => told(runs.map(({ kernels }) => kernels))],
  ['machine', ({ environment }) => environment && machineText(environment)],
  ['disturbed', ({ environment }) => environment && busySentence(environment)],
  [
    'side by side',
    ({ sideBySide }) =>
      sideBySide === undefined ? '' : `${sideBySide} networks at a time, which share the machine`,
  ],
  [
    'steered',
    ({ runs }) =>
      runs.some(({ steered }) => steered) ? 'by hand: the seed alone may not give these weights again' : '',
  ],
  [
    'energy',
    ({ runs }) =>
      runs
        .flatMap(({ rule, hardware }) => (hardware ? [energyText(hardware, nameOfRule(rule))] : []))
        .join('; ')
        .replaceAll('\n', '; '),
  ],
];

/** Each once. */
function told(texts: readonly (string | undefined)[]): string {
  return [...new Set(texts.filter((text) => text))].join('; ');
}
