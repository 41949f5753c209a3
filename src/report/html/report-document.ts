import type { PackedTimeline } from '../charts/timeline/packed.ts';

/** Rows of cells below a head: shown as a table, or handed out as CSV. */
export interface ReportTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** One picture of a report, with the numbers it was drawn from. */
export interface ReportFigure {
  /** unlike that of any other in the report: lower-case letters, digits and hyphens; the name of its files */
  readonly id: string;
  readonly title: string;
  /** what is seen, and how it was measured */
  readonly caption: string;
  /** one `<svg>` element */
  readonly svg: string;
  readonly data: ReportTable;
  /** of a timeline, which can be looked at more closely */
  readonly timeline?: PackedTimeline;
}

/** What belongs under one heading; what has nothing to show is left out of the report. */
export interface ReportSection {
  readonly heading: string;
  readonly note?: string;
  readonly table?: ReportTable;
  readonly figures?: readonly ReportFigure[];
  /** lines with a fixed width: a table made for the terminal */
  readonly text?: string;
}

/** Everything a page says of one run, or of several beside each other. All of it is text: nothing is taken for HTML. */
export interface ReportDocument {
  readonly title: string;
  /** the result in a sentence or two */
  readonly headline: string;
  readonly sections: readonly ReportSection[];
  /** the settings, by run where there are several */
  readonly configuration: unknown;
  /** the command lines that run it again */
  readonly commands: readonly string[];
}
