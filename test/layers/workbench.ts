import { expect } from 'vitest';
import { make, moduleOf } from '../../src/core/plan.ts';
import { type Random, random } from '../../src/core/random.ts';
import { arrays } from '../../src/core/state.ts';
import { labelOverlay, neutralScale, overlay } from '../../src/data/encoding.ts';
import type { Microbatch, Shape } from '../../src/data/microbatch.ts';
import type { Workplace } from '../../src/kernels/kernel.ts';
import type { Layer, LayerModule, LayerPlan } from '../../src/layers/layer.ts';
import type { Negatives } from '../../src/negatives/negative.ts';
import type { Optimiser } from '../../src/optimisers/optimiser.ts';
import { plain } from '../../src/products/plain.ts';
import { digital } from '../../src/tiles/digital.ts';
import type { TileMaker, TilePlan } from '../../src/tiles/tile.ts';
import { room, simdPlace } from '../kernels/workplace.ts';

/** A layer on the plain tile and SIMD kernels, by itself, with what it emits. */
export interface Made {
  readonly layer: Layer;
  readonly input: Shape;
  readonly output: Shape;
  /** copies of the weights as they are now [inputs × units], and of the biases [units] */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

export interface Setting {
  readonly index?: number;
  readonly optimiser?: Optimiser;
  readonly negatives?: Negatives;
  readonly seed?: number;
  readonly place?: Workplace;
}

/** Makes a layer; its biases, which start at 0, are drawn too, so that no test passes for want of one. */
export async function madeOf(plan: LayerPlan, input: Shape, setting: Setting = {}): Promise<Made> {
  const { index = 1, optimiser = recorder(), negatives, seed = 7, place = simdPlace } = setting;
  const { emits } = (await moduleOf(plan)) as unknown as LayerModule;
  const output = emits(plan.options, input);
  const draw = random(seed).fork(`layer ${index}`);
  const context = {
    ...{ index, input, output, optimiser, negatives, random: draw, horizon: 100 },
    ...{ clock: () => 0, ...place },
    tiles: await tilesOn(place),
  };
  const layer = await make(plan, context);
  const fresh = layer.parameters();
  layer.load(
    fresh.map(({ data, ...rest }) => ({
      ...rest,
      data: data.map((value) => value + 0.1 * draw.normal()),
    })),
  );
  return {
    ...{ layer, input, output },
    get weight() {
      return layer.parameters()[0].data;
    },
    get bias() {
      return layer.parameters()[1].data;
    },
  };
}

/** Tiles on plain products. */
export async function tilesOn(place: Workplace, tile: TilePlan = digital()): Promise<TileMaker> {
  return make(tile, { ...place, products: await make(plain(), place.arena) });
}

/** An optimiser that moves nothing and keeps the gradients it was given: of the weights first, then of the biases. */
export function recorder(): Optimiser & { readonly seen: Float32Array[] } {
  const seen: Float32Array[] = [];
  return {
    name: 'recorder',
    seen,
    rate: () => 1,
    stepper() {
      const at = seen.push(new Float32Array(0)) - 1;
      return {
        ...arrays({}),
        step(_weights, gradient) {
          seen[at] = gradient.slice();
        },
      };
    },
  };
}

/** F, W and U of one microbatch. */
export function learn({ layer }: Made, from: Microbatch, to?: Microbatch): number | undefined {
  const memory = layer.memory();
  const loss = layer.forward(from, to, memory);
  layer.gradient(from, memory);
  layer.update();
  return loss;
}

export function shapeOf(of: Partial<Shape> & { readonly width: number }): Shape {
  return { rows: 6, goodnessRows: 6, streams: 1, candidates: 1, features: 0, classes: 4, ...of };
}

/** Normal numbers. */
export function normals(count: number, draw: Random): Float32Array {
  return Float32Array.from({ length: count }, () => draw.normal());
}

/** A microbatch of activity: rectified normal numbers, random labels, random features. */
export function activityOf(
  shape: Shape,
  draw: Random,
  { rows = shape.rows, purpose = 'learn' as Microbatch['purpose'] } = {},
): Microbatch {
  const m = room(shape);
  Object.assign(m, { rows, purpose, sequence: 3 });
  m.activity.set(normals(m.activity.length, draw).map((x) => Math.max(x, 0)));
  m.features.set(normals(m.features.length, draw));
  for (let r = 0; r < m.labels.length; r++) m.labels[r] = draw.whole(shape.classes);
  return m;
}

/** A microbatch of encoded images, as the source sends them to the first layer. */
export function imagesOf(
  shape: Shape,
  draw: Random,
  { rows = shape.rows, purpose = 'learn' as Microbatch['purpose'] } = {},
): Microbatch {
  const m = room(shape);
  Object.assign(m, { rows, purpose, sequence: 3 });
  const { width, classes } = shape;
  const encoding = labelOverlay({ classes });
  m.features.set(normals(m.features.length, draw));
  for (let r = 0; r < rows; r++) {
    const image = Uint8Array.from({ length: width }, () => draw.whole(256) * draw.whole(2));
    m.amplitude[r] = encoding.encode(image, 0, m.activity.subarray(r * width, (r + 1) * width));
    m.labels[r] = draw.whole(classes);
  }
  return m;
}

/** The whole rows of a microbatch of images, each with its label written into the picture [rows × width]. */
export function overlaid(m: Microbatch, labels: ArrayLike<number>): Float32Array {
  const { width, classes } = m.shape;
  const full = m.activity.slice(0, m.rows * width);
  for (let r = 0; r < m.rows; r++) {
    overlay(full.subarray(r * width, (r + 1) * width), m.amplitude[r], labels[r], classes);
  }
  return full;
}

/** The whole rows with the neutral label: the image scaled up, the same in every label pixel [rows × width]. */
export function neutralRows(m: Microbatch): Float32Array {
  const { width, classes } = m.shape;
  const full = m.activity.slice(0, m.rows * width);
  for (let r = 0; r < m.rows; r++) {
    const scale = neutralScale(m.amplitude[r], width, classes);
    for (let j = 0; j < width; j++) {
      full[r * width + j] = scale * (j < classes ? m.amplitude[r] / classes : full[r * width + j]);
    }
  }
  return full;
}

/** Negatives that are the label after the true one, and note the opinion that they were given, if they ask for one. */
export function nextLabel(asks = false): Negatives & { opinion: Float32Array | undefined } {
  return {
    name: 'next label',
    needsOpinion: asks,
    opinion: undefined,
    draw(truth, rows, classes, opinion, _random, into) {
      this.opinion = opinion?.data.slice(0, rows * classes);
      for (let r = 0; r < rows; r++) into[r] = (truth[r] + 1) % classes;
    },
  };
}

/** Says so unless `got` is `expected` by norm and by greatest element, relative to `expected`. */
export function mustAgree(got: ArrayLike<number>, expected: ArrayLike<number>, within = 1e-4): void {
  expect(got.length).toBe(expected.length);
  const wanted = Array.from(expected);
  const off = wanted.map((value, i) => got[i] - value);
  const [size, top] = [Math.hypot(...wanted), Math.max(...wanted.map(Math.abs))];
  expect(size).toBeGreaterThan(0);
  expect(Math.hypot(...off) / size).toBeLessThanOrEqual(within);
  expect(Math.max(...off.map(Math.abs)) / top).toBeLessThanOrEqual(within);
}
