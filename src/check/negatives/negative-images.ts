import { random } from '../../core/random.ts';
import type { ImageNegatives, ImageNegativesPlan, Images } from '../../negatives/negative.ts';
import { type ContractRule, holds, same } from '../rule.ts';

/** A sampler of negative images, and the plan that it was made from. */
export interface ImageNegativesSubject {
  readonly plan: ImageNegativesPlan;
  readonly negatives: ImageNegatives;
}

/** pixels of a sample here: a square */
const width = 64;

/** Samples to draw for: about a third of the pixels are 0, no two samples are alike. */
function batchOf(rows: number, seed: number, floats: boolean, classes = 4) {
  const draw = random(seed).fork('samples');
  const pixel = (): number => (draw.whole(3) === 0 ? 0 : 1 + draw.whole(255));
  const bytes = Uint8Array.from({ length: rows * width }, pixel);
  const labels = Uint16Array.from({ length: rows }, () => draw.whole(classes));
  const images: Images = floats ? Float32Array.from(bytes, (byte) => byte / 64 - 1) : bytes;
  return { images, labels, rows, width };
}

function drawn({ negatives }: ImageNegativesSubject, batch: ReturnType<typeof batchOf>, seed = 1, room = 0) {
  const length = (batch.rows + room) * width;
  const into: Images =
    batch.images instanceof Uint8Array ? new Uint8Array(length).fill(99) : new Float32Array(length).fill(99);
  negatives.drawImages(batch, random(seed), into);
  return into;
}

/** Batches of each kind of numbers, from the fewest rows that the plan allows. */
const batchesFor = ({ plan }: ImageNegativesSubject) =>
  [plan.least, plan.least + 1, 20].flatMap((rows, seed) =>
    [false, true].map((floats) => batchOf(rows, seed, floats)),
  );

/** What every sampler of negative images promises. */
export const negativeImagesRules: readonly ContractRule<ImageNegativesSubject>[] = [
  {
    name: 'needs a sample',
    says: 'says how many samples it needs, 1 or more',
    check: ({ plan: { least } }) => holds(Number.isInteger(least) && least >= 1, `least is ${least}`),
  },
  {
    name: 'never the sample itself',
    says: 'makes an image that is not the sample it stands beside',
    check(subject) {
      for (const batch of batchesFor(subject)) {
        const into = drawn(subject, batch);
        for (let r = 0; r < batch.rows; r++) {
          const row = (of: Images): string => of.subarray(r * width, (r + 1) * width).join();
          holds(row(into) !== row(batch.images), `row ${r} of ${batch.rows} was given itself`);
        }
      }
    },
  },
  {
    name: 'finite',
    says: 'makes finite numbers of finite samples',
    check(subject) {
      for (const batch of batchesFor(subject))
        holds(drawn(subject, batch).every(Number.isFinite), 'it did not');
    },
  },
  {
    name: 'leaves samples alone',
    says: 'leaves the samples and their labels as they are',
    check(subject) {
      for (const batch of batchesFor(subject)) {
        const before = [...batch.images, ...batch.labels];
        drawn(subject, batch);
        same([...batch.images, ...batch.labels], before, 'samples and labels');
      }
    },
  },
  {
    name: 'one seed, one draw',
    says: 'draws the same for the same seed: from the stream it is given and nothing else',
    check(subject) {
      for (const batch of batchesFor(subject))
        same([...drawn(subject, batch, 5)], [...drawn(subject, batch, 5)], 'negatives of seed 5');
    },
  },
  {
    name: 'writes its rows only',
    says: 'writes the rows that it is told of, no more',
    check(subject) {
      for (const batch of batchesFor(subject)) {
        const after = drawn(subject, batch, 1, 2).subarray(batch.rows * width);
        same([...after], new Array<number>(2 * width).fill(99), 'what lies behind them');
      }
    },
  },
];
