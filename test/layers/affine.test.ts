import { expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { blocks } from '../../src/data/microbatch.ts';
import { affine } from '../../src/layers/parts/affine.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { simdPlace, within } from '../kernels/workplace.ts';
import { activityOf, shapeOf, tilesOn } from './workbench.ts';

/** Weights on a tile that keeps no copies of them. */
async function forgetful(goesBackBy?: 'newest') {
  const shape = shapeOf({ width: 3 });
  const digital = await tilesOn(simdPlace);
  const tiles = {
    ...digital,
    tile: (context: Parameters<typeof digital.tile>[0]) => {
      const { hold, ...tile } = digital.tile(context);
      return tile;
    },
  };
  const optimiser = await make(sgd());
  const context = { ...simdPlace, index: 1, input: shape, output: shape, tiles, optimiser };
  const own = affine(
    { ...context, negatives: undefined, random: random(1), horizon: 9, clock: () => 0, goesBackBy },
    3,
    2,
    2,
  );
  const [rows, draw] = [6, random(2)];
  const delta = matrix(rows, 2, within(Float32Array.from({ length: 2 * rows }, () => draw.normal())));
  return {
    own,
    delta,
    x: blocks(activityOf(shape, random(3)), 0, 1),
    dx: matrix(rows, 3, within(new Float32Array(18))),
  };
}

it('a microbatch goes back by a tile without copies as long as nothing was updated, and not after', async () => {
  const { own, delta, x, dx } = await forgetful();
  const [first, second] = [own.hold(), own.hold()];
  own.readBack(first, delta, dx);
  expect(dx.data.some((value) => value !== 0)).toBe(true);
  own.correlate(x, delta);
  own.update();
  expect(() => own.readBack(second, delta, dx)).toThrow(
    new RangeError('updates between F and B on a tile that keeps no copies must be 0; got 1'),
  );
});

it('where the schedule goes back by the newest weights, a tile without copies serves it', async () => {
  const { own, delta, x, dx } = await forgetful('newest');
  const reading = own.hold();
  own.correlate(x, delta);
  own.update();
  own.readBack(reading, delta, dx);
  const expected = dx.data.slice();
  own.tile.readBack(delta, dx);
  expect(dx.data).toEqual(expected);
});

it('B without its F is refused', async () => {
  const { own, delta, dx } = await forgetful();
  expect(() => own.readBack(undefined, delta, dx)).toThrow(
    new RangeError('B needs a microbatch whose F has run and whose B has not; got another'),
  );
});

it('parameters with a number of values that their shape denies, or with NaN, are refused, and nothing is taken', async () => {
  const { own } = await forgetful();
  const before = own.parameters();
  const [weight, bias] = before;
  const short = { ...weight, data: weight.data.slice(1) };
  expect(() => own.load([short, bias])).toThrow(
    'values of layer1.weight must be 6, as its shape 3 × 2 says; got 5',
  );
  expect(() => own.load([weight, { ...bias, data: Float32Array.of(1, Number.NaN) }])).toThrow(
    new RangeError('values of layer1.bias must be finite; got NaN'),
  );
  expect(own.parameters()).toEqual(before);
});
