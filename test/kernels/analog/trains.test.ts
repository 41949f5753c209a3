import { expect, it } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { trainWords } from '../../../src/kernels/analog/trains.ts';
import { reseed } from '../../../src/kernels/kernel.ts';
import { arena, plainPlace, simdPlace } from '../workplace.ts';

const lines = 1003;
const shares = arena.floats(lines);
const draw = random(3);
for (let i = 0; i < lines; i++) shares[i] = i % 3 === 0 ? 0 : 1.2 * draw.uniform() ** 4;

it('words of WebAssembly and of plain loops are the same, for any number of slots and lines', () => {
  for (const slots of [0, 1, 2, 7, 31, 32])
    for (const count of [0, 1, 2, 3, 4, 5, lines]) {
      const [one, other] = [plainPlace, simdPlace].map(({ kernels }) => {
        const [words, state] = [arena.words(lines), arena.words(trainWords)];
        reseed(state, random(slots + count));
        const fired = [1, 2].map(() => kernels.trains(shares, words, state, slots, count));
        return { fired, words: [...words], state: [...state] };
      });
      expect(other).toEqual(one);
      expect(one.words.slice(count).every((word) => word === 0)).toBe(true);
    }
});

it('slots beyond 32 are refused', () => {
  const { kernels } = simdPlace;
  expect(() => kernels.trains(shares, arena.words(lines), arena.words(trainWords), 33, lines)).toThrow(
    'slots of a train must be a whole number, 0 to 32; got 33',
  );
});
