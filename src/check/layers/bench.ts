import { make, moduleOf } from '../../core/plan.ts';
import { type Random, random } from '../../core/random.ts';
import { arrays } from '../../core/state.ts';
import { labelOverlay } from '../../data/encoding.ts';
import { type Microbatch, microbatchIn, type Shape } from '../../data/microbatch.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import type { Layer, LayerModule, LayerPlan, Memory } from '../../layers/layer.ts';
import type { Negatives } from '../../negatives/negative.ts';
import type { Optimiser } from '../../optimisers/optimiser.ts';
import { sgd } from '../../optimisers/sgd.ts';
import { digital } from '../../tiles/digital.ts';
import { tileGround } from '../family.ts';

/** A layer's plan, one that draws and remembers more where there is one, and where layers are made. */
export interface LayerSubject {
  readonly plan: LayerPlan;
  /** the same with dropout and the like; left out, `plan` */
  readonly restless?: LayerPlan;
  readonly place: Workplace;
}

/** Of what layers here are sent: as a first layer, or a second, of a network of 4 classes. */
export const shape: Shape = {
  ...{ rows: 6, goodnessRows: 6, width: 12, streams: 3, candidates: 4, features: 5, classes: 4 },
};
export const purposes = ['goodness', 'onePass'] as const;

/** A layer by itself, with what it emits. */
export interface MadeLayer {
  readonly layer: Layer;
  readonly index: number;
  readonly output: Shape;
}

export interface LayerSetting {
  readonly optimiser?: Optimiser;
  readonly negatives?: Negatives;
  readonly seed?: number;
  readonly restless?: boolean;
  readonly goesBackBy?: 'newest';
}

/** Makes layers of a plan, and microbatches for them. */
export class LayerBench {
  readonly #subject: LayerSubject;

  constructor(subject: LayerSubject) {
    this.#subject = subject;
  }

  /** A layer on digital tiles, with everything it has learned drawn at random: a bias of 0 would hide faults. */
  async layer(index: number, setting: LayerSetting = {}): Promise<MadeLayer> {
    const { place, plan: usual, restless = usual } = this.#subject;
    const plan = setting.restless ? restless : usual;
    const { emits } = (await moduleOf(plan)) as unknown as LayerModule;
    const output = emits(plan.options, shape);
    const draw = random(setting.seed ?? 7).fork(`layer ${index}`);
    const layer = await make(plan, {
      ...{ index, input: shape, output, random: draw, horizon: 100, clock: () => 0, ...place },
      above: aboveOf(plan, index, output),
      optimiser: setting.optimiser ?? (await make(sgd({ learningRate: 0.05 }))),
      negatives: setting.negatives ?? nextLabel,
      tiles: await make(digital(), await tileGround(place)),
      goesBackBy: setting.goesBackBy,
    });
    const fresh = layer.parameters();
    layer.load(
      fresh.map(({ data, ...rest }) => ({ ...rest, data: data.map((one) => one + 0.1 * draw.normal()) })),
    );
    return { layer, index, output };
  }

  room(of: Shape): Microbatch {
    return microbatchIn(this.#subject.place.arena, of);
  }

  /** What a layer at this place is sent: images from the source, or activity. */
  input(
    index: number,
    seed: number,
    rows = shape.rows,
    purpose: Microbatch['purpose'] = 'learn',
  ): Microbatch {
    return this.#filled(shape, random(seed), rows, purpose, index === 0);
  }

  /** What comes down from above, or is to go down, for a layer of this width. */
  gradient(of: Shape, rows: number): Microbatch {
    return this.#filled({ ...of, streams: 1, candidates: 0, features: 0 }, random(12), rows, 'learn', false);
  }

  #filled(
    of: Shape,
    draw: Random,
    rows: number,
    purpose: Microbatch['purpose'],
    images: boolean,
  ): Microbatch {
    const m = this.room(of);
    Object.assign(m, { rows, purpose, sequence: 3 });
    m.features.forEach((_, i) => {
      m.features[i] = draw.normal();
    });
    m.labels.forEach((_, i) => {
      m.labels[i] = draw.whole(of.classes);
    });
    if (images) {
      const encoding = labelOverlay({ classes: of.classes });
      for (let r = 0; r < rows; r++) {
        const image = Uint8Array.from({ length: of.width }, () => draw.whole(256) * draw.whole(2));
        const row = m.activity.subarray(r * of.width, (r + 1) * of.width);
        m.amplitude[r] = encoding.encode(image, 0, row);
      }
    } else
      m.activity.forEach((_, i) => {
        m.activity[i] = Math.max(0, draw.normal());
      });
    return m;
  }

  /** F, and B where the layer learns backward, with an arbitrary gradient from above. */
  forwardAndBack(
    { layer, index, output }: MadeLayer,
    m: Microbatch,
  ): { memory: Memory; loss: number | undefined } {
    const memory = layer.memory();
    const top = output.width === 0;
    const down = this.#down(index, m);
    const forward = layer.forward(m, top ? undefined : this.room(output), memory, undefined, down);
    const loss = layer.settle ? this.#settled(layer, index, output, m, memory) : forward;
    const above = top ? undefined : this.gradient(output, m.rows);
    layer.backward?.(above, index === 0 ? undefined : this.gradient(m.shape, m.rows), memory);
    return { memory, loss };
  }

  /** The iterations of a layer that settles, among neighbours that say the same all the time. @returns the loss */
  #settled(
    layer: Layer,
    index: number,
    output: Shape,
    input: Microbatch,
    memory: Memory,
  ): number | undefined {
    const { plan } = this.#subject;
    const of = aboveOf(plan, index, output);
    const above = of && this.#filled(of, random(13), input.rows, 'learn', false);
    const last = plan.settles?.learning ?? 0;
    let loss: number | undefined;
    for (let t = 1; t <= last; t++) {
      const turn = {
        t,
        last,
        input,
        below: input,
        above,
        down: t < last ? this.#down(index, input) : undefined,
      };
      loss = layer.settle?.({ ...turn, output: above && t < last ? this.room(output) : undefined }, memory);
    }
    return loss;
  }

  /** Where a layer that settles puts what the layer below hears; below the first there is none. */
  #down(index: number, { shape: input, rows }: Microbatch): Microbatch | undefined {
    const { plan } = this.#subject;
    if (plan.settles === undefined || index === 0) return undefined;
    const down = this.room(plan.settles.down === 'input' ? { ...input, streams: 1 } : input);
    down.rows = rows;
    return down;
  }

  /** F, B, W and U of one microbatch. @returns the loss */
  step(made: MadeLayer, m: Microbatch): number | undefined {
    const { memory, loss } = this.forwardAndBack(made, m);
    made.layer.gradient(m, memory);
    made.layer.update();
    return loss;
  }

  predicted({ layer, output }: MadeLayer, m: Microbatch) {
    const to = this.room(output);
    layer.predict(m, to);
    return { activity: to.activity.slice(), scores: to.scores.slice(), features: to.features.slice() };
  }
}

/** What comes down to a layer that settles: at the first place from a layer like it, at the second, which is the top, nothing. */
export function aboveOf({ settles }: LayerPlan, index: number, output: Shape): Shape | undefined {
  if (settles === undefined || index > 0) return undefined;
  return settles.down === 'output' ? output : { ...output, streams: 1, candidates: 0, features: 0 };
}

/** Copies of all that a layer has learned. */
export function learned({ layer }: MadeLayer): Float32Array[] {
  return layer.parameters().map(({ data }) => data.slice());
}

/** An optimiser that moves nothing and keeps the gradients it was given, parameter by parameter. */
export function recorder(): Optimiser & { readonly seen: Float32Array[]; readonly sizes: number[] } {
  const seen: Float32Array[] = [];
  const sizes: number[] = [];
  return {
    ...{ name: 'recorder', seen, sizes },
    rate: () => 1,
    stepper(size) {
      const at = seen.push(new Float32Array(0)) - 1;
      sizes.push(size);
      return {
        ...arrays({}),
        step(_weights, gradient) {
          seen[at] = gradient.slice();
        },
      };
    },
  };
}

/** Negatives that are the label after the true one. */
const nextLabel: Negatives = {
  name: 'next label',
  needsOpinion: false,
  draw(truth, rows, classes, _opinion, _random, into) {
    for (let r = 0; r < rows; r++) into[r] = (truth[r] + 1) % classes;
  },
};

/** first of a pipeline, and second */
export const places = [0, 1];

/** A check at the first place of a pipeline and at the second. */
export function atEach(check: (bench: LayerBench, index: number, subject: LayerSubject) => Promise<void>) {
  return async (subject: LayerSubject): Promise<void> => {
    for (const index of places) await check(new LayerBench(subject), index, subject);
  };
}
