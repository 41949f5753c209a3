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
export async function writeRecord({ record, picture, more, seconds, cores }: StudyResult): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const at = (ending: string): string => fileURLToPath(new URL(record.name + ending, folder));
  await writeWhole(at('.json'), [`${JSON.stringify({ ...record, seconds, cores }, null, 2)}\n`]);
  if (picture) await writeWhole(at('.svg'), [await picture()]);
  for (const [ending, content] of Object.entries((await more?.()) ?? {}))
    await writeWhole(at(`-${ending}`), [content]);
  await writeTable();
}

/** Writes the table of docs/experiments.md, and a page for each study, from the records that full runs have kept. */
export async function writeTable(): Promise<void> {
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(from);
  const [, after] = rest.split(to);
  await writeWhole(fileURLToPath(page), [`${before}${from}\n\n${tableOfReading()}\n\n${to}${after}`]);
  for (const record of keptRecords())
    await writeWhole(fileURLToPath(new URL(`${record.name}.md`, folder)), [pageOf(record)]);
}

/** What full runs have kept, in the order of the names. */
export function keptRecords(): KeptRecord[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return files.sort().map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as KeptRecord);
}

/** What stands between the two marks of docs/experiments.md: a row a question. */
export function tableOfReading(): string {
  const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim();
  const rows = keptRecords().map((record) => {
    const { name, asked, question, verdict, because } = record;
    const link = `[\`${name}\`](experiments/${name}.md)`;
    return `| ${link} | ${cell(asked ?? question)} | **${verdict}**: ${cell(because)} | ${cell(runOf(record))} |`;
  });
  return ['| study, picture | asked | verdict | run |', '|---|---|---|---|', ...rows].join('\n');
}

/** The page of one study: its pictures, and what its full run printed. */
export function pageOf(record: KeptRecord): string {
  const { name, text, verdict } = record;
  const drawn = readdirSync(folder)
    .filter((file) => file === `${name}.svg` || (file.startsWith(`${name}-`) && file.endsWith('.svg')))
    .sort((a, b) => a.length - b.length);
  return [
    `# ${name}: ${verdict}`,
    '',
    `\`npm run sims -- ${name}\`: ${runOf(record)}. Figures: [${name}.json](${name}.json). All studies: [experiments.md](../experiments.md).`,
    '',
    ...drawn.flatMap((file) => [`![${file.replace('.svg', '')}](${file})`, '']),
    '```',
    ...text,
    '```',
    '',
  ].join('\n');
}

/** On what, how often, how long, and on what machine. */
function runOf({ data, seeds, seconds, cores }: KeptRecord): string {
  return [
    ...(data === undefined ? [] : [data]),
    `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`,
    `${took(seconds)} on ${cores} shared cores`,
  ].join('; ');
}

function took(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${(seconds / 60).toFixed(0)} min`;
}
