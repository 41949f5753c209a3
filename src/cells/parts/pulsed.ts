import { must, mustBeShare } from '../../core/check.ts';
import type { Arena } from '../../core/memory/arena.ts';
import { arrays as stateOf, together } from '../../core/state.ts';
import { normalState } from '../../kernels/analog/normals.ts';
import type { RowCells, TrainRows } from '../../kernels/analog/pulse-rows.ts';
import type { Hits } from '../../kernels/analog/pulses.ts';
import type { Cells, CellsContext } from '../cell.ts';
import { ageing } from './ageing.ts';
import { gatherer } from './hits.ts';
import type { PulsedOptions, Resolved } from './options.ts';
import { type CellArrays, cellArrays, drawCells } from './variation.ts';

/** How the pulses of one kind of cell move the weights of one array. */
export interface Steps {
  /** mean size of one pulse, by which trains are planned */
  readonly granularity: number;
  /** standard normal draws that a hit needs: none, one, or one for each of its pulses */
  readonly draws: 'none' | 'hit' | 'pulse';
  /** Carries out the hits. */
  step(hits: Hits): void;
  /** how the pulses of many updates are carried out at once, where they can be: see `PulseRowKernels.pulseRows` */
  readonly rows?: {
    readonly sigma: number;
    readonly eachPulse: boolean;
    readonly slopes?: RowCells['slopes'];
  };
  /** Draws what the cells of this kind have of their own, after bounds and sizes have been drawn. */
  vary?(): void;
  /** Makes one cell stay where it is, whose bounds and sizes have been fixed already. */
  freeze?(cell: number): void;
}

/** Draws where none are needed, some where pulses are noisy. */
export function drawsAt(noise: number, otherwise: 'hit' | 'pulse'): Steps['draws'] {
  return noise === 0 ? 'none' : otherwise;
}

/**
 * Cells that are written by pulses: gathers the hits, draws their noise, has them carried out by `kind`, and shows each cell
 * that was touched with new write noise.
 */
export function pulsedCells(
  context: CellsContext,
  options: Resolved<PulsedOptions>,
  kind: (arrays: CellArrays) => Steps,
): Cells {
  const { inputs, units, weights, arena, kernels, random } = context;
  const size = inputs * units;
  const writeNoise = options.writeNoise * options.stepSize;
  const hidden = writeNoise > 0 ? arena.floats(size) : weights;
  const arrays = cellArrays(context, hidden);
  const steps = kind(arrays);
  const draws = normalState(arena, random.fork('pulses'));
  const stuck = arena.bytes(size);
  const time = new Float64Array(1);
  const old = ageing(context, options, arrays);
  const gather = gatherer(context);
  const { hits } = gather;
  const { lower, upper } = arrays;
  const vary = (): void => {
    drawCells(arrays, context, options);
    steps.vary?.();
    old?.vary();
  };
  vary();

  const step = (): void => {
    const needed = { none: 0, hit: hits.tally[0], pulse: hits.tally[1] }[steps.draws];
    kernels.normals(hits.noise, needed, draws);
    steps.step(hits);
    if (hidden === weights) return;
    kernels.normals(hits.noise, hits.tally[0], draws);
    for (let i = 0; i < hits.tally[0]; i++) show(hits.cells[i], hits.noise[i]);
  };
  const show = (cell: number, z: number): void => {
    if (stuck[cell] === 0) weights[cell] = hidden[cell] + writeNoise * z;
  };
  /** A read sees all cells anew. */
  const showAll = (): void => {
    if (hidden === weights) return;
    for (let first = 0; first < size; first += hits.noise.length) {
      const count = Math.min(hits.noise.length, size - first);
      kernels.normals(hits.noise, count, draws);
      for (let i = 0; i < count; i++) show(first + i, hits.noise[i]);
    }
  };
  const rowsOf = ({ sigma, eachPulse, slopes }: NonNullable<Steps['rows']>) => {
    const work = { noise: arena.floats(units), totals: wholes(arena, units), state: draws };
    let active = arena.words(0);
    const cells = {
      ...arrays,
      ...(slopes && { slopes }),
      ...(hidden !== weights && { stuck, shown: { weights, noise: writeNoise } }),
    };
    return (trains: TrainRows): number => {
      if (active.length < 3 * trains.rows) active = arena.words(3 * trains.rows);
      return kernels.pulseRows(trains, cells, sigma, eachPulse, { ...work, active });
    };
  };
  const freeze = (cell: number): void => {
    hidden[cell] = weights[cell];
    lower[cell] = weights[cell];
    upper[cell] = weights[cell];
    arrays.up[cell] = 0;
    arrays.down[cell] = 0;
    steps.freeze?.(cell);
  };
  const own = stateOf({ weights, ...(hidden !== weights && { hidden }), draws, stuck, time });
  const state = old === undefined ? own : together(own, old);
  return {
    inputs,
    units,
    granularity: steps.granularity,
    weights,
    bounds: { lower, upper },
    coincide: (trains) => gather.coincide(trains, step),
    ...(steps.rows && { coincideRows: rowsOf(steps.rows) }),
    pulse: (counts, line) => gather.pulse(counts, line, step),
    program(from) {
      must(from.length === size, 'weights of cells', `${inputs} × ${units} numbers`, from.length);
      for (let i = 0; i < size; i++) hidden[i] = Math.min(Math.max(from[i], lower[i]), upper[i]);
      old?.programmed(time[0]);
      showAll();
    },
    shift(by) {
      must(by.length === size, 'steps of cells', `${inputs} × ${units} numbers`, by.length);
      for (let i = 0; i < size; i++) hidden[i] = Math.min(Math.max(hidden[i] + by[i], lower[i]), upper[i]);
      showAll();
    },
    ...(old && {
      age(nanoseconds: number) {
        const [from, to] = [time[0], nanoseconds / 1e9];
        must(to >= from, 'time that cells age to', `${from} s or later`, to);
        if (to === from) return;
        old.age(from, to);
        time[0] = to;
        showAll();
      },
    }),
    reset(cells) {
      for (let first = 0; first < cells.length; first += hits.noise.length) {
        const some = cells.subarray(first, first + hits.noise.length);
        kernels.normals(hits.noise, some.length, draws);
        some.forEach((cell, k) => {
          const w = arrays.rest[cell] + options.resetNoise * hits.noise[k];
          hidden[cell] = Math.min(Math.max(w, lower[cell]), upper[cell]);
        });
      }
      showAll();
    },
    break(share, draw) {
      mustBeShare(share, 'share of cells that break');
      for (let i = 0; i < size; i++) {
        if (draw.uniform() >= share || stuck[i] === 1) continue;
        stuck[i] = 1;
        freeze(i);
      }
    },
    state: state.state,
    restore(from) {
      const broken = stuck.includes(1);
      state.restore(from);
      if (broken) vary();
      for (let i = 0; i < size; i++) if (stuck[i] === 1) freeze(i);
    },
  };
}

function wholes(arena: Arena, count: number): Int32Array {
  const words = arena.words(count);
  return new Int32Array(words.buffer, words.byteOffset, count);
}
