import type { Cell } from '../../cells/cell.ts';
import { must } from '../../core/check.ts';
import { sumOf } from '../../core/counts.ts';
import type { Matrix } from '../../core/matrix.ts';
import { type Random, random } from '../../core/random.ts';
import { arrays as arraysOf, joined, type Stateful, together } from '../../core/state.ts';
import type { HardwareCounts, Purpose } from '../../core/trace.ts';
import { mustFit } from '../../products/product.ts';
import type { Update, Updater } from '../../updates/update.ts';
import type { Tile, TileContext, TileGround } from '../tile.ts';
import { CrossbarArray } from './array.ts';
import { Compensation } from './compensation.ts';
import { counted, emptyTally } from './counts.ts';
import { randomFeedback, readModel } from './feedback.ts';
import { blocksOf, sideOf } from './grid.ts';
import { Lessons } from './lessons.ts';
import { Noise } from './noise.ts';
import type { ResolvedCrossbar } from './options.ts';
import { blockOf, Slices } from './slices.ts';
import { Neurons } from './unknown/neurons.ts';
import { part } from './unknown/unknown.ts';
import { writingNoise } from './writing-noise.ts';

/** A crossbar and its parts, loaded on this thread. */
export interface CrossbarParts {
  readonly options: ResolvedCrossbar;
  readonly cell: Cell;
  readonly update: Update;
}

/** The tile of one or more arrays of analog cells. */
export function crossbarTile(context: TileContext, ground: TileGround, parts: CrossbarParts): Tile {
  const { inputs, units, optimiser, horizon } = context;
  const { options } = parts;
  const { weightScale, damage, restSeconds, backwardRead } = options;
  const streams = {
    chip: random(options.chipSeed).fork('chip').fork(context.name),
    random: context.random,
  };
  const arrays = blocksOf(inputs, units, options).map((block) => {
    const name = `array ${block.firstInput}, ${block.firstUnit}`;
    return new CrossbarArray({ block, ...parts, optimiser, ground, streams: part(streams, name) });
  });
  for (const [k, { updater }] of arrays.entries())
    if (options.unknown.stuckCells > 0)
      breakCells(updater, options.unknown.stuckCells, streams.chip.fork(`stuck cells ${k}`));

  const noiseOf = (name: string) => new Noise(context.random.fork(name), ground);
  const noise = { learn: noiseOf('learn'), predict: noiseOf('predict'), back: noiseOf('back') };
  const tally = { learn: emptyTally(), predict: emptyTally(), back: emptyTally() };
  const forward = sideOf(arrays, 'forward', options, streams.chip, ground);
  const backward = sideOf(arrays, 'backward', options, streams.chip, ground);
  const neurons = new Neurons(units, options.unknown, part(streams, 'neurons'), ground);
  const compensation =
    options.driftCompensation === 'none'
      ? undefined
      : new Compensation(
          ...([forward, options.driftCompensation === 'per-column', noiseOf('compensation')] as const),
          ground.arena,
        );
  const feedback =
    backwardRead === 'random'
      ? randomFeedback(inputs, units, context.weights, context.random.fork('feedback'), ground.products)
      : undefined;
  const lessons = new Lessons(ground.arena, inputs, units);
  const slices = new Slices(ground.arena);
  const steps = new Float64Array(1);
  const average = new Float32Array(1);
  let macs = 0;
  /** numbers kept from F to B, and multiply-accumulates of readings back that no array made */
  let [stored, digitalMacs] = [0, 0];

  /** nanoseconds of the pipeline's clock, and of rests behind programming, so far */
  const [clock, rested] = [new Float64Array(1), new Float64Array(1)];
  const pass = (nanoseconds: number): void => {
    compensation?.begin();
    for (const array of arrays) array.age(nanoseconds);
    compensation?.end();
  };
  const writing = writingNoise(options.programmingNoise, options.readBackNoise, context.random);
  const program = (from: Float32Array): void => {
    must(from.length === inputs * units, 'weights of a tile', `${inputs} × ${units} numbers`, from.length);
    for (const array of arrays)
      array.program(writing.program(blockOf(from, units, array.block, 1 / weightScale)));
    compensation?.programmed();
    if (restSeconds > 0) {
      rested[0] += 1e9 * restSeconds;
      pass(clock[0] + rested[0]);
    }
  };
  program(context.weights);

  const state: Stateful = together(
    arraysOf({ steps, average, clock, rested }),
    joined({
      ...Object.fromEntries(arrays.map((array, k) => [`array${k}`, array])),
      ...{ lessons, neurons, writing, learn: noise.learn, predict: noise.predict, back: noise.back },
      ...(compensation && { compensation }),
    }),
  );
  const ages = compensation !== undefined || arrays.some(({ updater }) => updater.age !== undefined);
  return {
    inputs,
    units,
    read(x, z, purpose: Purpose = 'learn') {
      mustFit('x', x, undefined, inputs);
      mustFit('z', z, x.rows, units);
      const of = purpose === 'learn' ? 'learn' : 'predict';
      tally[of].rows += x.rows;
      const reading = { noise: noise[of], tally: tally[of] };
      forward.read(x, z, { ...reading, average: of === 'learn' ? average : average.slice() });
      times(z, weightScale);
      neurons.apply(z);
      macs += x.rows * inputs * units;
    },
    readBack(delta, dx) {
      mustFit('delta', delta, undefined, units);
      mustFit('dx', dx, delta.rows, inputs);
      macs += delta.rows * inputs * units;
      stored += delta.rows * inputs;
      if (backwardRead !== 'transposed') digitalMacs += delta.rows * inputs * units;
      if (feedback) {
        feedback.readBack(delta, dx);
        return;
      }
      if (backwardRead === 'model') readModel(arrays, delta, dx);
      else {
        tally.back.rows += delta.rows;
        backward.read(delta, dx, { noise: noise.back, tally: tally.back, average });
      }
      times(dx, weightScale);
    },
    correlate(x, delta, blocks = 1) {
      mustFit('x', x, undefined, inputs);
      mustFit('delta', delta, x.rows, units);
      if (x.rows === 0) return;
      lessons.take(x, delta, blocks);
      macs += x.rows * inputs * units;
    },
    update() {
      const rate = optimiser.rate(steps[0], horizon) / weightScale;
      if (damage.share > 0 && steps[0] === damage.afterUpdates)
        for (const [k, { updater }] of arrays.entries())
          breakCells(updater, damage.share, streams.chip.fork(`damage ${k}`));
      steps[0]++;
      if (lessons.kept.length > 0)
        for (const array of arrays) array.update(slices.of(lessons.kept, array.block), rate);
      lessons.clear();
      for (const array of arrays) array.step();
      neurons.step();
      compensation?.updated();
    },
    ...(ages && {
      age(nanoseconds: number) {
        clock[0] = nanoseconds;
        pass(nanoseconds + rested[0]);
      },
    }),
    program,
    weights() {
      const all = new Float32Array(inputs * units);
      for (const { updater, block } of arrays)
        for (let i = 0; i < block.inputs; i++)
          for (let j = 0; j < block.units; j++)
            all[(block.firstInput + i) * units + block.firstUnit + j] = updater.weights[i * block.units + j];
      writing.readBack(all);
      if (weightScale !== 1) for (let i = 0; i < all.length; i++) all[i] *= weightScale;
      return all;
    },
    state: () => state.state(),
    restore: (from) => state.restore(from),
    get macs() {
      return macs;
    },
    counts: (): HardwareCounts =>
      counted({
        array: { cells: inputs * units },
        ...tally,
        back: { ...tally.back, stored, macs: digitalMacs },
        transfer: sumOf(arrays.map(({ transfers }) => transfers)),
        ...(compensation && { compensation: compensation.tally }),
        update: sumOf(arrays.map(({ updater }) => updater.counts)),
      }),
    dispose() {
      for (const array of arrays) array.dispose();
      neurons.dispose();
      feedback?.dispose();
    },
  };
}

function times({ rows, columns, data }: Matrix, factor: number): void {
  if (factor !== 1) for (let i = 0; i < rows * columns; i++) data[i] *= factor;
}

function breakCells(updater: Updater, share: number, draw: Random): void {
  must(updater.break !== undefined, 'cells that shall break', 'of a kind that can', undefined);
  updater.break(share, draw);
}
