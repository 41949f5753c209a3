import { random } from '../core/random.ts';
import type { Selection } from '../selections/selection.ts';
import { type ContractRule, holds, same } from './rule.ts';

/** Microbatches of 1 to 40 samples: slopes at random, all alike, and with 0 and 1 among them. */
const cases: readonly Float32Array[] = Array.from({ length: 200 }, (_, seed) => {
  const draw = random(seed).fork('slopes');
  const rows = 1 + draw.whole(40);
  const kind = seed % 4;
  return Float32Array.from({ length: rows }, () => {
    if (kind === 0) return draw.uniform();
    if (kind === 1) return seed % 8 === 1 ? 0 : 1;
    return draw.whole(3) === 0 ? draw.whole(2) : draw.uniform() ** 4;
  });
});

const room = 3;
const untouched = 77;

const chosen = (selection: Selection, slopes: Float32Array, seed: number) => {
  const rows = slopes.length;
  const samples = new Uint32Array(rows + room).fill(untouched);
  const factors = new Float32Array(rows + room).fill(untouched);
  const count = selection.choose(slopes, rows, samples, factors, random(seed));
  return { count, samples, factors };
};

/** What every selection promises. */
export const selectionRules: readonly ContractRule<Selection>[] = [
  {
    name: 'chooses samples of the microbatch',
    says: 'chooses 0 to all samples, each once, by rising number',
    check(selection) {
      for (const [seed, slopes] of cases.entries()) {
        const { count, samples } = chosen(selection, slopes, seed);
        const rows = slopes.length;
        holds(Number.isInteger(count) && count >= 0 && count <= rows, `it chose ${count} of ${rows} samples`);
        for (let i = 0; i < count; i++) {
          holds(samples[i] < rows, `it chose sample ${samples[i]} of ${rows}`);
          holds(i === 0 || samples[i] > samples[i - 1], `sample ${samples[i]} follows ${samples[i - 1]}`);
        }
      }
    },
  },
  {
    name: 'multiplies by a number above 0',
    says: 'gives each chosen sample a finite factor above 0',
    check(selection) {
      for (const [seed, slopes] of cases.entries()) {
        const { count, factors } = chosen(selection, slopes, seed);
        for (const factor of factors.subarray(0, count))
          holds(factor > 0 && Number.isFinite(factor), `a chosen sample's factor is ${factor}`);
      }
    },
  },
  {
    name: 'one seed, one choice',
    says: 'chooses the same for the same slopes and seed, and leaves the slopes as they are',
    check(selection) {
      for (const [seed, slopes] of cases.entries()) {
        const before = [...slopes];
        const [one, again] = [0, 0].map(() => chosen(selection, slopes, seed));
        same([again.count, ...again.samples], [one.count, ...one.samples], `choice of seed ${seed}`);
        same([...again.factors], [...one.factors], `factors of seed ${seed}`);
        same([...slopes], before, 'slopes');
      }
    },
  },
  {
    name: 'writes its rows only',
    says: 'writes nothing behind the samples of the microbatch',
    check(selection) {
      for (const [seed, slopes] of cases.entries()) {
        const { samples, factors } = chosen(selection, slopes, seed);
        const behind = [...samples.subarray(slopes.length), ...factors.subarray(slopes.length)];
        same(behind, new Array(2 * room).fill(untouched), 'what lies behind');
      }
    },
  },
];
