import { make } from '../core/plan.ts';
import { type Random, random } from '../core/random.ts';
import { arrayIn, type State, type Stateful } from '../core/state.ts';
import type { ImageNegatives, Images } from '../negatives/negative.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';

/**
 * The negative images of one microbatch after another, drawn at the source from the samples as they are learned from. What is
 * drawn follows from the seed, the epoch (`epoch e / negatives`) and the order of the microbatches in it.
 */
export class NegativeImages implements Stateful {
  private readonly negatives: ImageNegatives;
  private readonly width: number;
  private random: Random;
  /** the samples, then what is made of them [rows × width] */
  private samples: Images | undefined;
  private drawn: Images | undefined;
  private readonly rows: number;

  /** @throws {RangeError} when the sampler can't make negatives of samples of this width */
  constructor(negatives: ImageNegatives, { samples, microbatch, seed }: ResolvedPipeline) {
    negatives.mustSuit?.(samples.width);
    this.negatives = negatives;
    this.width = samples.width;
    this.rows = microbatch;
    this.random = random(seed);
  }

  /** Begins the stream of an epoch. @param epoch  `seed / epoch e` */
  enter(epoch: Random): void {
    this.random = epoch.fork('negatives');
  }

  /** Takes sample `at` of an array as row `row` of the microbatch. */
  take(images: Images, at: number, row: number): void {
    const { width, rows } = this;
    const room = (): Images =>
      images instanceof Uint8Array ? new Uint8Array(rows * width) : new Float32Array(rows * width);
    this.samples ??= room();
    this.drawn ??= room();
    this.samples.set(images.subarray(at * width, (at + 1) * width), row * width);
  }

  /** @returns  a negative for each row that was taken, in the numbers of the samples [rows × width] */
  draw(labels: Uint16Array, rows: number): Images {
    const { negatives, width, samples, drawn } = this;
    if (samples === undefined || drawn === undefined)
      throw new TypeError('negative images must be drawn of samples that were taken; got none');
    negatives.drawImages({ images: samples, labels, rows, width }, this.random, drawn);
    return drawn;
  }

  state(): State {
    return { negatives: this.random.state() };
  }

  restore(state: State): void {
    this.random.restore(Float64Array.from(arrayIn(state, 'negatives', 5)));
  }
}

/** Where the pipeline rejects images, who draws them. @throws what its plan or the sampler refuses */
export async function negativeImagesOf(pipeline: ResolvedPipeline): Promise<NegativeImages | undefined> {
  const { negatives } = pipeline;
  if (negatives?.rejects !== 'images') return undefined;
  return new NegativeImages(await make(negatives), pipeline);
}
