import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type StudyRecord, writeWhole } from '../src/report.ts';
import type { StudyResult } from './studies.ts';

/** A record of a full run, with what it took. */
export type KeptRecord = StudyRecord & { readonly seconds: number; readonly cores: number };

const folder = new URL('../docs/experiments/', import.meta.url);
const page = new URL('../docs/experiments.md', import.meta.url);
/** what the page's table stands between */
export const [from, to] = [
  '<!-- table of the reading: npm run sims -- --table -->',
  '<!-- end of the table -->',
];

/** Keeps what a full run found in `docs/experiments/`, its picture beside it, and brings the table up to date. */
export async function writeRecord({ record, picture, seconds, cores }: StudyResult): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const at = (ending: string): string => fileURLToPath(new URL(`${record.name}.${ending}`, folder));
  await writeWhole(at('json'), [`${JSON.stringify({ ...record, seconds, cores }, null, 2)}\n`]);
  if (picture) await writeWhole(at('svg'), [await picture()]);
  await writeTable();
}

/** Writes the table of docs/experiments.md from the records that full runs have kept. */
export async function writeTable(): Promise<void> {
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(from);
  const [, after] = rest.split(to);
  await writeWhole(fileURLToPath(page), [`${before}${from}\n\n${tableOfReading()}\n\n${to}${after}`]);
}

/** What stands between the two marks of docs/experiments.md: a row a question, in the order of the names. */
export function tableOfReading(): string {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const records = files
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as KeptRecord);
  const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim();
  const rows = records.map(({ name, asked, question, verdict, because, seeds, data, seconds, cores }) => {
    const drawn = existsSync(new URL(`${name}.svg`, folder));
    const picture = drawn ? `[\`${name}\`](experiments/${name}.svg)` : `\`${name}\``;
    const run = [
      ...(data === undefined ? [] : [data]),
      `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`,
      `${took(seconds)} on ${cores} shared cores`,
    ].join('; ');
    return `| ${picture} | ${cell(asked ?? question)} | **${verdict}**: ${cell(because)} | ${cell(run)} |`;
  });
  return ['| study, picture | asked | verdict | run |', '|---|---|---|---|', ...rows].join('\n');
}

function took(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${(seconds / 60).toFixed(0)} min`;
}
