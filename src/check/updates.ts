import { create as idealCell } from '../cells/ideal.ts';
import { matrix } from '../core/matrix.ts';
import { make } from '../core/plan.ts';
import { random } from '../core/random.ts';
import { sgd } from '../optimisers/sgd.ts';
import type { TileGround } from '../tiles/tile.ts';
import type { Lesson, Update, Updater } from '../updates/update.ts';
import { type ContractRule, holds, same } from './rule.ts';

/** An update scheme and where its arrays are made. */
export interface UpdateSubject {
  readonly update: Update;
  readonly ground: TileGround;
}

const [inputs, units, pairs] = [12, 7, 3];
const size = inputs * units;
const stepSize = 0.001;

/** An updater of exact cells, which takes the steps of plain SGD. */
async function updaterOf({ update, ground }: UpdateSubject, seed = 1): Promise<Updater> {
  const { products, arena, kernels } = ground;
  const updater = update.updater({
    ...{ arena, kernels, inputs, units, cell: idealCell({ stepSize }) },
    products: products.products(inputs, units),
    another: () => products.products(inputs, units),
    reader: (over) => (x, y) => over.read(x, y),
    optimiser: await make(sgd({ learningRate: 0.1, momentum: 0 })),
    chip: random(4),
    random: random(seed),
  });
  updater.program(new Float32Array(size));
  return updater;
}

function lessonOf({ ground }: UpdateSubject, seed: number, scale = 1): Lesson {
  const draw = random(seed);
  const rows = (columns: number, by: number) => {
    const made = matrix(2 * pairs, columns, ground.arena.floats(2 * pairs * columns));
    for (let i = 0; i < made.data.length; i++) made.data[i] = by * (2 * draw.uniform() - 1);
    return made;
  };
  return { x: rows(inputs, 1), delta: rows(units, 0.02 * scale), blocks: 2 };
}

/** −Σ xᵀδ */
function downhill({ x, delta }: Lesson): Float32Array {
  const sum = new Float32Array(size);
  for (let r = 0; r < x.rows; r++)
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j < units; j++)
        sum[i * units + j] -= x.data[r * inputs + i] * delta.data[r * units + j];
  return sum;
}

/** What every update scheme promises. */
export const updateRules: readonly ContractRule<UpdateSubject>[] = [
  {
    name: 'no lesson, no change',
    says: 'moves nothing by a δ of zeros, and sends no pulses for it',
    async check(subject) {
      const updater = await updaterOf(subject);
      for (let k = 0; k < 3; k++) updater.update([lessonOf(subject, k, 0)], 0.1);
      same(updater.weights.slice(), new Float32Array(size), 'weights');
      same(updater.counts.pulses, 0, 'pulses');
    },
  },
  {
    name: 'down the hill',
    says: 'moves weights against the gradient over many updates by one lesson, if it moves them at all',
    async check(subject) {
      const updater = await updaterOf(subject);
      const lesson = lessonOf(subject, 5);
      const wanted = downhill(lesson);
      for (let k = 0; k < 120; k++) updater.update([lesson], 0.1);
      const dot = wanted.reduce((sum, v, i) => sum + v * updater.weights[i], 0);
      const moved = Math.hypot(...updater.weights);
      const cosine = moved === 0 ? 1 : dot / moved / Math.hypot(...wanted);
      holds(cosine > 0.4, `cosine ${cosine} between what was wanted and what moved`);
    },
  },
  {
    name: 'same seed, same bits',
    says: 'follows from its streams alone: the same seed moves the same weights to the same bits',
    async check(subject) {
      const [one, other] = [await updaterOf(subject), await updaterOf(subject)];
      for (let k = 0; k < 4; k++)
        for (const updater of [one, other]) updater.update([lessonOf(subject, k)], 0.1);
      same(other.weights.slice(), one.weights.slice(), 'weights');
      same(other.counts, one.counts, 'counts');
    },
  },
  {
    name: 'goes on from its state',
    says: 'goes on from its state to the same bits, in an updater that was made and used before',
    async check(subject) {
      const [one, other] = [await updaterOf(subject), await updaterOf(subject, 9)];
      for (let k = 0; k < 3; k++) one.update([lessonOf(subject, k)], 0.1);
      other.update([lessonOf(subject, 20)], 0.1);
      other.restore(one.state());
      for (const updater of [one, other])
        for (const k of [4, 5]) updater.update([lessonOf(subject, k), lessonOf(subject, 10 + k)], 0.1);
      same(other.weights.slice(), one.weights.slice(), 'weights');
      same(other.state(), one.state(), 'state');
    },
  },
  {
    name: 'is programmed',
    says: 'shows the weights that it was programmed to',
    async check(subject) {
      const updater = await updaterOf(subject);
      const draw = random(3);
      const wanted = Float32Array.from({ length: size }, () => 0.3 * draw.normal());
      updater.program(wanted);
      const off = updater.weights.findIndex((w, i) => Math.abs(w - wanted[i]) > 1e-6);
      holds(off < 0, `weight ${off} is ${updater.weights[off]}, ${wanted[off]} expected`);
    },
  },
];
