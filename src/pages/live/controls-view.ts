import type { LiveControls, LiveFrame } from '../../report/live/frame.ts';
import { byId, say } from './dom.ts';
import { whole } from './figures.ts';

/** milliseconds that a slider's moves are gathered for */
const gathered = 80;

/** the last place of the slider of rates: as planned */
const asPlanned = 60;

/** The button and the sliders that act on the running stream. */
export class ControlsView {
  private readonly form = byId<HTMLFormElement>('controls');
  private readonly pause = byId<HTMLButtonElement>('pause');
  private readonly sliders = {
    capacity: byId<HTMLInputElement>('capacity'),
    rate: byId<HTMLInputElement>('rate'),
    noise: byId<HTMLInputElement>('noise'),
  };
  private paused = false;
  private due: Record<string, unknown> | undefined;
  private able = true;

  constructor() {
    const { capacity, rate, noise } = this.sliders;
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.pause.addEventListener('click', () => this.ask({ paused: !this.paused }));
    capacity.addEventListener('input', () => {
      this.word();
      this.ask({ capacity: capacity.value === capacity.max ? null : Number(capacity.value) });
    });
    rate.addEventListener('input', () => {
      this.word();
      this.ask({ perSecond: rateAt(Number(rate.value)) ?? null });
    });
    noise.addEventListener('input', () => {
      this.word();
      this.ask({ noise: Number(noise.value) / 100 });
    });
    this.word();
  }

  /** Lets them act, or not, and says why not. */
  enable(able: boolean, why: string): void {
    this.able = able;
    for (const one of [this.pause, ...Object.values(this.sliders)]) one.disabled = !able;
    this.note(able ? 'Once something is moved, the seed alone may not give these weights again.' : why);
  }

  /** As many microbatches as an edge may hold at most. */
  edges({ edges }: Pick<LiveFrame, 'edges'>): void {
    const most = String(Math.max(2, ...edges.map(({ capacity }) => capacity)));
    const { capacity } = this.sliders;
    if (capacity.max === most) return;
    const planned = capacity.value === capacity.max;
    capacity.max = most;
    if (planned) capacity.value = most;
    this.word();
  }

  /** Stands where somebody has put them, perhaps on another page. */
  stand({ paused, capacity, perSecond, noise }: LiveControls): void {
    this.paused = paused;
    this.pause.setAttribute('aria-pressed', String(paused));
    say(this.pause, paused ? 'Resume' : 'Pause');
    this.put('capacity', capacity ?? Number(this.sliders.capacity.max));
    this.put('rate', perSecond === undefined ? asPlanned : Math.round(10 * Math.log10(perSecond)));
    this.put('noise', 100 * noise);
    this.word();
  }

  private put(name: keyof ControlsView['sliders'], value: number): void {
    const slider = this.sliders[name];
    if (document.activeElement !== slider) slider.value = String(value);
  }

  /** What the sliders stand for, beside them and for those who hear them. */
  private word(): void {
    const { capacity, rate, noise } = this.sliders;
    const chosen = rateAt(Number(rate.value));
    const words = {
      capacity: capacity.value === capacity.max ? 'as planned' : `${capacity.value} on each edge`,
      rate: chosen === undefined ? 'as planned' : `${whole(chosen)} samples/s`,
      noise: noise.value === '0' ? 'none' : `σ ${(Number(noise.value) / 100).toFixed(2)} of a pixel`,
    };
    for (const name of ['capacity', 'rate', 'noise'] as const) {
      say(byId(`${name}-value`), words[name]);
      this.sliders[name].setAttribute('aria-valuetext', words[name]);
    }
  }

  private ask(change: Record<string, unknown>): void {
    if (!this.able) return;
    const first = this.due === undefined;
    this.due = { ...this.due, ...change };
    if (first) setTimeout(() => this.send(), gathered);
  }

  private async send(): Promise<void> {
    const body = JSON.stringify(this.due);
    this.due = undefined;
    try {
      const { ok, status } = await fetch('control', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!ok)
        this.note(status === 409 ? 'The run has ended.' : `The run did not take that (status ${status}).`);
    } catch {
      this.note('The server does not answer.');
    }
  }

  private note(text: string): void {
    say(byId('controls-note'), text);
  }
}

/** samples a second at a place of the slider, in tenths of a decade; undefined: as planned */
function rateAt(place: number): number | undefined {
  return place >= asPlanned ? undefined : Number((10 ** (place / 10)).toPrecision(2));
}
