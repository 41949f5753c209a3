import { type ReportFigure, stackedBars } from '../../../report.ts';

/** How a stage spent its time; shares of 1. */
export interface StageShares {
  readonly busy: number;
  readonly starved: number;
  readonly blocked: number;
  readonly communicating: number;
}

const parts = [
  { name: 'busy', colour: '#0072b2', dark: true },
  { name: 'starved (no input)', colour: '#ececec' },
  { name: 'blocked (no credit)', colour: '#f6c9bd' },
  { name: 'communicating', colour: '#f5e6a8' },
];

/** What stages did with their time, a bar each, all parts together 100 %. */
export function sharesFigure(
  bars: readonly { readonly name: string; readonly shares: StageShares }[],
  id: string,
): ReportFigure {
  const title = 'Stage time split';
  const rows = bars.map(({ name, shares: { busy, starved, blocked, communicating } }) => {
    const sum = busy + starved + blocked + communicating;
    const scale = sum > 0 ? 1 / sum : 0;
    return {
      name,
      shares: [busy, starved, blocked, communicating].map((one) => Math.min(1, Math.max(0, one * scale))),
    };
  });
  return {
    id,
    title,
    caption:
      'From the first arrival to the last update of any stage. Starved and blocked are the bubble; communicating is the rest: links, scheduling, and waiting for a processor.',
    svg: stackedBars({ id, title, parts, bars: rows }),
    data: {
      columns: ['stage', 'busy', 'starved', 'blocked', 'communicating'],
      rows: rows.map(({ name, shares }) => [name, ...shares]),
    },
  };
}
