import type { LiveEnd, LivePoint } from '../../report/live/frame.ts';
import { byId, make, say } from './dom.ts';
import { milliseconds, percent, perSecond, whole } from './figures.ts';

/** What the page shows of one network of a summary, or of a stream under stress. */
interface Result {
  readonly rule?: string;
  readonly seed?: number;
  readonly samples?: number;
  readonly learned?: number;
  readonly samplesPerSecond?: number;
  readonly learnedPerSecond?: number;
  readonly testAccuracy?: number | null;
  readonly runningAccuracy?: number | null;
  readonly prequential?: { readonly accuracy?: number } | null;
  readonly latencyMs?: LivePoint['latencyMs'];
  readonly bubble?: number;
  readonly steered?: boolean;
}

type Summary = Result & {
  readonly runs?: readonly Result[];
  readonly runFolder?: string;
  readonly interrupted?: boolean;
};

const columns: readonly (readonly [string, (of: Result) => string])[] = [
  ['rule', ({ rule = '–', seed }) => (seed === undefined ? rule : `${rule}, seed ${seed}`)],
  ['learned', ({ samples, learned }) => whole(samples ?? learned ?? 0)],
  [
    'throughput',
    ({ samplesPerSecond, learnedPerSecond }) => perSecond(samplesPerSecond ?? learnedPerSecond ?? 0),
  ],
  ['test accuracy', ({ testAccuracy }) => percent(testAccuracy, 2)],
  [
    'running accuracy',
    ({ runningAccuracy, prequential }) => percent(runningAccuracy ?? prequential?.accuracy, 2),
  ],
  ['latency p50', ({ latencyMs }) => (latencyMs ? milliseconds(latencyMs.p50) : '–')],
  ['latency p99', ({ latencyMs }) => (latencyMs ? milliseconds(latencyMs.p99) : '–')],
  ['bubble', ({ bubble }) => percent(bubble)],
];

/** Shows how a command has ended: its own figures, not those of the page. */
export function showEnd({ summary, exitCode, complaint }: LiveEnd): void {
  byId('ended').hidden = false;
  const told = summary as Summary | null;
  const how =
    told === null || complaint
      ? `It failed${exitCode === null ? '' : ` with status ${exitCode}`}. ${complaint ?? ''}`
      : told.interrupted
        ? 'Interrupted: the figures are of what was learned until then.'
        : 'Finished.';
  const folder = told?.runFolder ? ` Run folder: ${told.runFolder}.` : '';
  const results = resultsOf(told);
  const steered = results.some((one) => one.steered)
    ? ' Steered by hand: the seed alone may not give these weights again.'
    : '';
  say(byId('ended-text'), how + steered + folder);
  fillTable(byId<HTMLTableElement>('summary'), results);
}

/** The networks of a summary. */
export function resultsOf(summary: unknown): readonly Result[] {
  if (summary === null || typeof summary !== 'object') return [];
  const told = summary as Summary;
  return told.runs ?? [told];
}

export function fillTable(table: HTMLTableElement, results: readonly Result[]): void {
  table.replaceChildren(
    make('thead', {}, make('tr', {}, ...columns.map(([text]) => header(text, 'col')))),
    make(
      'tbody',
      {},
      ...results.map((result) =>
        make(
          'tr',
          {},
          ...columns.map(([, text], i) =>
            i === 0 ? header(text(result), 'row') : make('td', { text: text(result) }),
          ),
        ),
      ),
    ),
  );
}

export function header(text: string, scope: 'col' | 'row'): HTMLTableCellElement {
  const cell = make('th', { text });
  cell.scope = scope;
  return cell;
}
