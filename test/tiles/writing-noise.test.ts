import { expect, it } from 'vitest';
import { crossbar } from '../../src/tiles/crossbar.ts';
import { crossbarOf, normals, read, rowsOf } from './bench.ts';

const [inputs, units] = [200, 100];
const weights = normals(inputs * units, 1, 0.3);

/** mean and standard deviation of what was added to the weights */
function errors(found: Float32Array): [number, number] {
  const added = [...found].map((weight, i) => weight - weights[i]);
  const mean = added.reduce((sum, error) => sum + error, 0) / added.length;
  return [mean, Math.sqrt(added.reduce((sum, error) => sum + (error - mean) ** 2, 0) / added.length)];
}

it('programming errs anew each time by its deviation, in units of the cells', async () => {
  const tile = await crossbarOf({ programmingNoise: 0.02, weightScale: 3 }, inputs, units, weights);
  const first = tile.weights();
  const [mean, deviation] = errors(first);
  // 20,000 draws: 4 standard errors
  expect(Math.abs(mean)).toBeLessThan((4 * 0.06) / Math.sqrt(20_000));
  expect(Math.abs(deviation / 0.06 - 1)).toBeLessThan(4 / Math.sqrt(40_000));
  tile.program(weights);
  expect(tile.weights()).not.toEqual(first);
});

it('reading back errs alike however often it is asked, and changes nothing', async () => {
  const tile = await crossbarOf({ readBackNoise: 0.05 }, inputs, units, weights);
  const exact = await crossbarOf({}, inputs, units, weights);
  const [, deviation] = errors(tile.weights());
  expect(Math.abs(deviation / 0.05 - 1)).toBeLessThan(4 / Math.sqrt(40_000));
  expect(tile.weights()).toEqual(tile.weights());
  const x = rowsOf([normals(inputs, 3)]);
  expect(read(tile, x)).toEqual(read(exact, x));
});

it('restored, a tile goes on to program with the same errors', async () => {
  const [one, other] = [
    await crossbarOf({ programmingNoise: 0.1 }, inputs, units, weights),
    await crossbarOf({ programmingNoise: 0.1 }, inputs, units, weights),
  ];
  one.program(weights);
  other.restore(one.state());
  for (const tile of [one, other]) tile.program(weights);
  expect(other.weights()).toEqual(one.weights());
});

it('refuses a deviation that is none', () => {
  expect(() => crossbar({ programmingNoise: -1 })).toThrow(
    'programmingNoise must be a finite number, 0 or more; got -1',
  );
  expect(() => crossbar({ readBackNoise: Number.NaN })).toThrow('readBackNoise must be a finite number');
});
