import { scheduleNamed, scheduleNames } from '../../../cli/settings/schedules.ts';
import { element } from '../element.ts';
import { figuresOf } from './figures.ts';
import { drawGantt, looks } from './gantt.ts';
import { type Lane, laneOf } from './lane.ts';
import { commandOf, hashOf, mustBeUsable, type PageKey, type PageSettings, settingsIn } from './settings.ts';
import { factorsIn, showStageBars, slowOf } from './stage-bars.ts';

const fields = ['stages', 'microbatches', 'linkLatency', 'capacity', 'jitter', 'chunks', 'seed'] as const;
const ops = ['F', 'B', 'W', 'U'] as const;
const sides = ['schedule', 'against'] as const;

/** The simulator's part of the page: what is chosen is simulated at once, and stands in the address. */
export class Simulator {
  private settings: PageSettings;
  /** of the last change: what was begun for an earlier one is not shown */
  private turn = 0;
  private lanes: readonly (Lane | Error)[] = [];

  constructor() {
    for (const side of sides)
      element<HTMLSelectElement>(side).append(...scheduleNames.map((name) => new Option(name, name)));
    showLegend();
    this.settings = this.read();
    for (const key of [...fields, ...sides]) {
      const input = element<HTMLInputElement>(key);
      input.addEventListener(input instanceof HTMLSelectElement ? 'change' : 'input', () =>
        this.change({ [key]: input.value.trim() }),
      );
    }
    for (const op of ops)
      element(`cost-${op}`).addEventListener('input', () => this.change({ cost: costIn() }));
    element('even').addEventListener('click', () => this.change({ slow: '' }));
    addEventListener('hashchange', () => {
      if (location.hash.slice(1) !== hashOf(this.settings)) this.settings = this.read();
      this.show();
    });
    addEventListener('resize', () => this.draw());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    this.show();
  }

  private read(): PageSettings {
    const { settings, problems } = settingsIn(location.hash.slice(1));
    element('problem').textContent = problems.join('; ');
    for (const key of [...fields, ...sides]) element<HTMLInputElement>(key).value = settings[key];
    const costs = new Map(settings.cost.split(',').map((part) => part.split('=') as [string, string]));
    for (const op of ops) element<HTMLInputElement>(`cost-${op}`).value = costs.get(op) ?? '0';
    return settings;
  }

  private change(changed: Partial<Record<PageKey, string>>): void {
    const settings = { ...this.settings, ...changed };
    try {
      mustBeUsable(settings);
    } catch (error) {
      element('problem').textContent = (error as Error).message;
      return;
    }
    element('problem').textContent = '';
    this.settings = settings;
    history.replaceState(null, '', `#${hashOf(settings)}`);
    this.show();
  }

  private async show(): Promise<void> {
    const turn = ++this.turn;
    const { settings } = this;
    const factors = factorsIn(settings.slow, Number(settings.stages));
    showStageBars(element('stage-bars'), factors, (next) => this.change({ slow: slowOf(next) }));
    const takesChunks = sides.some((side) => 'chunks' in scheduleNamed(settings[side]).takes);
    element<HTMLInputElement>('chunks').disabled = !takesChunks;
    // what is dragged changes faster than it is simulated: of several changes the last one counts
    await new Promise((resolve) => setTimeout(resolve));
    if (turn !== this.turn) return;
    const lanes = await Promise.all(
      sides.map((side) => laneOf(settings, settings[side]).catch((error: unknown) => error as Error)),
    );
    if (turn !== this.turn) return;
    this.lanes = lanes;
    for (const [i, side] of sides.entries()) showLane(side, settings, lanes[i]);
    this.draw();
    // the address that is shown, problems and all
    document.documentElement.dataset.shown = location.hash.slice(1);
  }

  private draw(): void {
    const shown = this.lanes.filter((lane): lane is Lane => !(lane instanceof Error));
    const span = Math.max(
      ...shown.map(({ stretches = [] }) => stretches.reduce((most, { end }) => Math.max(most, end), 0)),
    );
    for (const [i, side] of sides.entries()) {
      const lane = this.lanes[i];
      const canvas = element<HTMLCanvasElement>(`gantt-${side}`);
      canvas.hidden = lane === undefined || lane instanceof Error || lane.stretches === undefined;
      if (lane && !(lane instanceof Error) && !canvas.hidden) drawGantt(canvas, lane, span);
    }
  }
}

function costIn(): string {
  return ops.map((op) => `${op}=${element<HTMLInputElement>(`cost-${op}`).value.trim()}`).join(',');
}

function showLane(side: (typeof sides)[number], settings: PageSettings, lane: Lane | Error): void {
  const section = element(`lane-${side}`);
  const name = settings[side];
  element(`name-${side}`).textContent = name;
  const list = element(`figures-${side}`);
  const note = element(`note-${side}`);
  const failed = lane instanceof Error;
  section.dataset.makespan = failed ? '' : String(lane.document.makespan);
  section.dataset.settings = failed ? '' : JSON.stringify(lane.document.settings);
  note.textContent = failed
    ? lane.message
    : lane.stretches === undefined
      ? 'no picture: it would be of more than 20,000 ops and waits'
      : '';
  list.replaceChildren(
    ...(failed ? [] : figuresOf(lane)).flatMap(([what, value]) => [term('dt', what), term('dd', value)]),
  );
  element(`command-${side}`).textContent = failed ? '' : commandOf(lane.document.settings);
  const canvas = element(`gantt-${side}`);
  const told = failed
    ? ''
    : figuresOf(lane)
        .map(([what, value]) => `${what} ${value}`)
        .join('; ');
  canvas.setAttribute('aria-label', `${name}: ops of each device over time. ${told}`);
}

function term(tag: 'dt' | 'dd', text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function showLegend(): void {
  element('legend').replaceChildren(
    ...Object.entries(looks).map(([kind, { colour, letter, says, pattern }]) => {
      const item = document.createElement('li');
      const sample = document.createElement('span');
      sample.className = `sample ${pattern}`;
      sample.style.backgroundColor = colour;
      sample.setAttribute('aria-hidden', 'true');
      item.append(sample, letter === '' ? says : `${kind} ${says}`);
      return item;
    }),
  );
}
