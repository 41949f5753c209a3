import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Purpose } from '../../src/core/trace.ts';
import type { Workplace } from '../../src/kernels/kernel.ts';
import { adam } from '../../src/optimisers/adam.ts';
import type { Tile, TileMaker, TilePlan } from '../../src/tiles/tile.ts';
import { within } from '../kernels/workplace.ts';
import { normals, tilesOn } from '../layers/workbench.ts';

const [inputs, units, rows] = [11, 5, 4];
const optimiser = await make(adam({ learningRate: 0.05 }));

/** The tile of one layer, as `affine` asks a maker for it. */
export function tileOf(maker: TileMaker, layer: number, horizon = 50): Tile {
  const own = random(3).fork(`layer ${layer}`);
  const weights = normals(inputs * units, own.fork('weights'));
  const clock = () => 0;
  return maker.tile({ inputs, units, weights, random: own.fork('tile'), optimiser, horizon, clock });
}

const some = (columns: number, seed: number) =>
  matrix(rows, columns, within(normals(rows * columns, random(seed))));

export function readOf(tile: Tile, seed = 1, purpose?: Purpose): number[] {
  const z = matrix(rows, units, within(new Float32Array(rows * units)));
  tile.read(some(inputs, seed), z, purpose);
  return [...z.data];
}

function backOf(tile: Pick<Tile, 'readBack'>, seed = 1): number[] {
  const dx = matrix(rows, inputs, within(new Float32Array(rows * inputs)));
  tile.readBack(some(units, seed), dx);
  return [...dx.data];
}

/** F, W and U of one microbatch; what it read */
function learn(tile: Tile, seed: number): number[] {
  const z = readOf(tile, seed);
  tile.correlate(some(inputs, seed), some(units, seed + 100));
  tile.update();
  return z;
}

/**
 * What two layers' tiles read while they learn in turns, made by one maker in either order, or by a maker each as on two
 * threads. A tile that keeps the seed rule reads the same in all three.
 */
export async function readsByMakers(plan: TilePlan, place: Workplace): Promise<number[][]> {
  const readings = (tiles: readonly [Tile, Tile]) =>
    [1, 2, 3].flatMap((seed) => tiles.flatMap((tile) => learn(tile, seed)));
  const maker = () => tilesOn(place, plan);
  const [one, other, first, second] = [await maker(), await maker(), await maker(), await maker()];
  const last = tileOf(other, 1);
  return [
    readings([tileOf(one, 0), tileOf(one, 1)]),
    readings([tileOf(other, 0), last]),
    readings([tileOf(first, 0), tileOf(second, 1)]),
  ];
}

/** What every tile promises, whatever its physics. */
export function keepsTheTileContract(plan: TilePlan, place: Workplace): void {
  const maker = () => tilesOn(place, plan);
  const fresh = async (layer = 0) => tileOf(await maker(), layer);

  it('is made by a plan that crosses to another thread, and says what it is', async () => {
    expect(structuredClone(plan)).toEqual(plan);
    const made = await tilesOn(place, structuredClone(plan));
    expect(made.name).toBe(plan.name);
    expect(made.description).not.toBe('');
  });

  it('reads the same whichever tiles were made before it, by one maker or by several', async () => {
    const [together, turned, apart] = await readsByMakers(plan, place);
    expect(turned).toEqual(together);
    expect(apart).toEqual(together);
  });

  it('hands out copies of its weights, which are those it was programmed with', async () => {
    const tile = await fresh();
    const before = tile.weights();
    tile.weights().fill(9);
    expect(tile.weights()).toEqual(before);
    tile.program(before);
    expect(tile.weights()).toEqual(before);
    expect(() => tile.program(before.subarray(1))).toThrow(RangeError);
    expect(tile.weights()).toEqual(before);
  });

  it('learns by an update and by nothing else, and nothing from an update without a microbatch', async () => {
    const tile = await fresh();
    const before = tile.weights();
    readOf(tile);
    backOf(tile);
    tile.update();
    tile.correlate(some(inputs, 1), some(units, 2));
    expect(tile.weights()).toEqual(before);
    tile.update();
    expect(tile.weights()).not.toEqual(before);
  });

  it('learns the same whether something was predicted in between', async () => {
    const [quiet, asked] = [await fresh(), await fresh()];
    for (const seed of [1, 2, 3]) {
      readOf(asked, 7, 'goodness');
      const z = learn(quiet, seed);
      expect(learn(asked, seed)).toEqual(z);
      readOf(asked, 8, 'onePass');
    }
    expect(asked.weights()).toEqual(quiet.weights());
  });

  it('counts the multiply-accumulates of its products', async () => {
    const tile = await fresh();
    const counts = [
      () => readOf(tile),
      () => backOf(tile),
      () => tile.correlate(some(inputs, 1), some(units, 1)),
    ];
    const seen = counts.map((product) => {
      product();
      return tile.macs;
    });
    expect(seen).toEqual([1, 2, 3].map((n) => n * rows * inputs * units));
  });

  it('refuses operands of another shape before anything is written', async () => {
    const tile = await fresh();
    const [x, z] = [some(inputs, 1), some(units, 2)];
    const before = z.data.slice();
    expect(() => tile.read(z, z)).toThrow(RangeError);
    expect(() => tile.readBack(x, x)).toThrow(RangeError);
    expect(() => tile.correlate(x, x)).toThrow(RangeError);
    expect(z.data).toEqual(before);
  });

  describe('its state', () => {
    it.each([0, 1, 2, 5])(
      'taken after %i updates and put into a fresh one, gives the undisturbed bits',
      async (k) => {
        const [undisturbed, stopped] = [await fresh(), await fresh()];
        for (let i = 0; i < k; i++) {
          learn(undisturbed, i);
          learn(stopped, i);
        }
        const resumed = await fresh(3); // other weights and another stream, all of which the state must replace
        resumed.restore(structuredClone(stopped.state()));
        learn(stopped, 99);
        for (let i = k; i < k + 4; i++) expect(learn(resumed, i)).toEqual(learn(undisturbed, i));
        expect(readOf(resumed, 5, 'goodness')).toEqual(readOf(undisturbed, 5, 'goodness'));
        expect(resumed.weights()).toEqual(undisturbed.weights());
        expect(resumed.state()).toEqual(undisturbed.state());
      },
    );

    it('holds the microbatches since the last update', async () => {
      const [undisturbed, resumed] = [await fresh(), await fresh()];
      for (const seed of [1, 2]) undisturbed.correlate(some(inputs, seed), some(units, seed));
      resumed.restore(undisturbed.state());
      for (const tile of [undisturbed, resumed]) {
        tile.correlate(some(inputs, 3), some(units, 3));
        tile.update();
      }
      expect(resumed.weights()).toEqual(undisturbed.weights());
    });

    it('is refused where an array is missing or of another length', async () => {
      const state = (await fresh()).state();
      const tile = await fresh();
      for (const name of Object.keys(state)) {
        const { [name]: array, ...rest } = state;
        expect(() => tile.restore(rest)).toThrow(RangeError);
        expect(() => tile.restore({ ...rest, [name]: new Float64Array(array.length + 1) })).toThrow(
          RangeError,
        );
      }
    });
  });

  it('that holds weights reads back by those of then, refuses them released, and has no state meanwhile', async () => {
    const tile = await fresh();
    if (tile.hold === undefined) return;
    const [before, held] = [backOf(tile), tile.hold()];
    const later = [1, 2].map((seed) => {
      learn(tile, seed);
      return tile.hold?.();
    });
    expect(backOf(tile)).not.toEqual(before);
    expect(backOf(held)).toEqual(before);
    expect(() => tile.state()).toThrow('state of a tile must be taken while no microbatch holds its weights');
    held.release();
    for (const one of later) one?.release();
    expect(() => tile.state()).not.toThrow();
    expect(() => backOf(held)).toThrow(RangeError);
    expect(() => held.release()).toThrow(RangeError);
  });

  it('that is exact shows the weights it reads by, and adds to its gradient what the caller knows', async () => {
    const [tile, plainly] = [await fresh(), await fresh()];
    if (tile.exact === undefined || plainly.exact === undefined) return;
    const [x, delta] = [some(inputs, 1), some(units, 2)];
    expect([...tile.exact.weights]).toEqual([...tile.weights()]);
    plainly.correlate(x, delta);
    plainly.update();
    tile.exact.correlate(x, delta, (gradient) => expect(gradient.length).toBe(inputs * units));
    tile.update();
    expect(tile.weights()).toEqual(plainly.weights());
    tile.exact.correlate(x, delta, (gradient) => gradient.fill(0));
    expect([...tile.exact.weights]).toEqual([...tile.weights()]);
  });
}
