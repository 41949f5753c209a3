import { csvCell } from '../files/csv-cell.ts';
import type { ReportDocument, ReportFigure, ReportSection, ReportTable } from '../html/report-document.ts';
import type { Figures, StudyRecord } from './study.ts';

/** figures that the page's table shows, and characters of their JSON that stand below it */
const [rowsAtMost, charactersAtMost] = [400, 200_000];

/** What a report of a study is made of, beside its record. */
export interface StudyReportParts {
  /** its picture, and further ones, as SVG files' text by what they are called */
  readonly pictures?: Readonly<Record<string, string>>;
  /** the command lines that run it again */
  readonly commands: readonly string[];
  /** of the run, in whole seconds */
  readonly seconds?: number;
}

/** A study as the values of a page: its verdict as headline, then what was asked, measured and drawn. */
export function studyReport(
  record: StudyRecord,
  { pictures = {}, commands, seconds }: StudyReportParts,
): ReportDocument {
  const { name, asked, question, claim, criterion, verdict, because, figures, seeds, data, text } = record;
  const table = figuresTable(figures);
  const told: (readonly [string, string | number | undefined])[] = [
    ['asked', asked],
    ['question', question],
    ['claim', claim],
    ['criterion', criterion],
    ['verdict', `${verdict}: ${because}`],
    ['data', data],
    ['seeds', seeds.length > 0 ? seeds.join(', ') : undefined],
    ['took, seconds', seconds],
  ];
  const drawn = Object.entries(pictures).map(
    ([title, svg], i): ReportFigure => ({
      id: i === 0 ? 'picture' : `picture-${i + 1}`,
      title,
      caption: 'As the study draws it; its CSV holds all figures of the study.',
      svg,
      data: table,
    }),
  );
  const sections: ReportSection[] = [
    {
      heading: 'What was asked',
      table: {
        columns: ['', 'in words'],
        rows: told.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      },
    },
    { heading: 'What was measured', text: text.join('\n') },
    ...(drawn.length > 0 ? [{ heading: 'Picture', figures: drawn }] : []),
    ...(table.rows.length > 0 ? [figuresSection(table, figures)] : []),
  ];
  return {
    title: name,
    headline: `${verdict}: ${because}`,
    sections,
    configuration: { name, seeds, ...(data !== undefined && { data }) },
    commands,
  };
}

/** All figures of a study, a row a number or word: the names of its groups and its own, joined. */
export function figuresTable(figures: Figures): ReportTable {
  const rows: (string | number | null)[][] = [];
  const add = (name: string, value: Figures[string] | null): void => {
    if (Array.isArray(value)) for (const [i, one] of value.entries()) add(`${name}[${i}]`, one);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) add(name === '' ? key : `${name} / ${key}`, one);
    else if (typeof value === 'number') rows.push([name, Number.isFinite(value) ? value : null]);
    else rows.push([name, value === null ? null : String(value)]);
  };
  add('', figures);
  return { columns: ['figure', 'value'], rows };
}

/** A table as the text of a CSV file, its head first. */
export function csvOf({ columns, rows }: ReportTable): string {
  return `${[columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\n')}\n`;
}

function figuresSection(table: ReportTable, figures: Figures): ReportSection {
  const json = JSON.stringify(figures, null, 2);
  const left = table.rows.length - rowsAtMost;
  return {
    heading: 'Figures',
    ...(left > 0 && { note: `${left} more figures are in the files beside this page.` }),
    table: { columns: table.columns, rows: table.rows.slice(0, rowsAtMost) },
    ...(json.length <= charactersAtMost && { text: json }),
  };
}
