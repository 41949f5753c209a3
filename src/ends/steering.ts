import { type Random, random } from '../core/random.ts';
import type { Assembly } from '../work/assembly.ts';
import { Panel } from '../work/controls/panel.ts';

/**
 * What the controls of a run do at its source: hold it back while the run is paused or faster than was asked for, have the samples
 * of an open line come at another rate, and spoil samples.
 */
export class Steering {
  /** of an open line */
  readonly pace: Pace;
  private readonly panel: Panel;
  private readonly open: boolean;
  private readonly draws: Random;
  private nextAt = 0;

  /** @param open  whether the pipeline has an open line: then its samples come at the rate, otherwise the source sends at it */
  constructor(memory: SharedArrayBuffer, seed: number, open: boolean) {
    this.panel = new Panel(memory);
    this.pace = new Pace(this.panel);
    this.open = open;
    this.draws = random(seed).fork('noise');
  }

  /** until when nothing may be sent, on the run's clock in nanoseconds; Infinity: until somebody goes on */
  get heldUntil(): number {
    if (this.panel.paused) return Number.POSITIVE_INFINITY;
    return this.open || this.panel.perSecond === undefined ? 0 : this.nextAt;
  }

  /** Samples to be learned from were sent. */
  sent(rows: number, now: number): void {
    const { perSecond } = this.panel;
    if (perSecond !== undefined) this.nextAt = Math.max(this.nextAt, now) + (1e9 * rows) / perSecond;
  }

  /**
   * Adds Gaussian noise to a sample. Bytes stay within 0 … 255.
   *
   * @param at    the sample's place among `images` [samples × width]
   * @param into  takes it; it may be the sample itself [width]
   * @returns whether there was anything to add
   */
  spoil(images: Uint8Array | Float32Array, at: number, into: Uint8Array | Float32Array): boolean {
    const { noise } = this.panel;
    if (noise === 0) return false;
    const bytes = into instanceof Uint8Array;
    const sd = bytes ? 255 * noise : noise;
    const from = at * into.length;
    for (let j = 0; j < into.length; j++) {
      const value = images[from + j] + sd * this.draws.normal();
      into[j] = bytes ? Math.min(255, Math.max(0, Math.round(value))) : value;
    }
    return true;
  }
}

/** By how much the gaps of an open line are stretched. Whoever asks for a sample first settles it for all who ask later. */
export class Pace {
  private readonly panel: Panel;
  /** ascending */
  private readonly changes: { readonly from: number; readonly perSecond: number | undefined }[] = [];
  private settled = 0;

  constructor(panel: Panel) {
    this.panel = panel;
  }

  /**
   * @param sample   its count in the stream, from 0
   * @param nominal  samples a second, as planned
   * @returns        what its gap is multiplied with, above 0
   */
  stretch(sample: number, nominal: number): number {
    const { changes, panel } = this;
    if (sample >= this.settled) {
      this.settled = sample + 1;
      const { perSecond } = panel;
      if (changes.at(-1)?.perSecond !== perSecond) changes.push({ from: sample, perSecond });
    }
    const perSecond = changes.findLast(({ from }) => from <= sample)?.perSecond;
    return perSecond === undefined ? 1 : nominal / perSecond;
  }
}

/** What steers the source of a run; undefined where nothing does. */
export function steeringOf({ controls, pipeline }: Assembly): Steering | undefined {
  return controls && new Steering(controls.memory, pipeline.seed, pipeline.line !== undefined);
}
