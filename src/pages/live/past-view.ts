import type { LivePoint, PastCurves, PastRun } from '../../report/live/frame.ts';
import { byId, make, say, wantsStillness } from './dom.ts';
import { percent, perSecond } from './figures.ts';
import { fillTable, header, resultsOf } from './result-view.ts';

/** milliseconds that the curves of a past run are played for */
const playing = 2500;

interface Details {
  readonly run: PastRun;
  readonly summary: unknown;
  readonly curves: readonly PastCurves[];
}

/** The list of past runs, and one of them shown again. */
export class PastView {
  private readonly table = byId<HTMLTableElement>('past');
  private readonly show: (title: string, curves: readonly PastCurves[]) => void;

  /** @param show  takes the curves of the run that was chosen */
  constructor(show: (title: string, curves: readonly PastCurves[]) => void) {
    this.show = show;
  }

  async list(): Promise<void> {
    const runs = await fetched<readonly PastRun[]>('runs');
    const note = byId('past-note');
    if (runs === undefined) return say(note, 'The list could not be read.');
    say(note, runs.length === 0 ? 'No run in this folder yet.' : 'A run is shown again by its name.');
    const names = ['run', 'begun', 'state', 'rule', 'accuracy', 'throughput'];
    this.table.replaceChildren(
      make('thead', {}, make('tr', {}, ...names.map((name) => header(name, 'col')))),
      make('tbody', {}, ...runs.map((run) => this.row(run))),
    );
  }

  /** Shows a past run by the name of its folder. */
  async open(folder: string): Promise<void> {
    const details = await fetched<Details>(`runs/${encodeURIComponent(folder)}`);
    if (details === undefined) return say(byId('past-note'), `${folder} could not be read.`);
    const { run, summary, curves } = details;
    byId('ended').hidden = summary === null;
    say(byId('ended-text'), `${run.name ?? run.folder}: ${run.command}, ${run.state}.`);
    fillTable(byId<HTMLTableElement>('summary'), resultsOf(summary));
    this.show(run.name ?? run.folder, curves);
  }

  private row(run: PastRun): HTMLTableRowElement {
    const open = make('button', { text: run.name ?? run.folder, className: 'link' });
    open.type = 'button';
    open.addEventListener('click', () => void this.open(run.folder));
    const name = header('', 'row');
    name.append(open);
    const lines = (text: (one: PastRun['figures'][number]) => string): string =>
      run.figures.map((one) => text(one).replaceAll(' ', '\u00a0')).join(', ') || '–';
    return make(
      'tr',
      {},
      name,
      make('td', { text: run.begun.slice(0, 16).replace('T', ' ') }),
      make('td', { text: run.state }),
      make('td', { className: 'several', text: lines(({ rule }) => rule) }),
      make('td', { className: 'several', text: lines(({ accuracy }) => percent(accuracy, 2)) }),
      make('td', {
        className: 'several',
        text: lines(({ samplesPerSecond }) =>
          samplesPerSecond === null ? '–' : perSecond(samplesPerSecond),
        ),
      }),
    );
  }
}

/** Plays curves from their beginning, or shows them at once to whoever wants things to stand still. @returns what calls it off */
export function play(points: readonly LivePoint[], show: (points: readonly LivePoint[]) => void): () => void {
  if (wantsStillness() || points.length < 3) {
    show(points);
    return () => {};
  }
  let called = 0;
  let begun: number | undefined;
  const step = (now: number): void => {
    begun ??= now;
    const share = Math.min(1, (now - begun) / playing);
    show(points.slice(0, Math.max(2, Math.round(share * points.length))));
    if (share < 1) called = requestAnimationFrame(step);
  };
  called = requestAnimationFrame(step);
  return () => cancelAnimationFrame(called);
}

async function fetched<T>(path: string): Promise<T | undefined> {
  try {
    const answer = await fetch(path);
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
