import { loadavg } from 'node:os';
import {
  Arena,
  type CrossbarOptions,
  cellPresets,
  crossbar,
  make,
  matrix,
  type ProductsPlan,
  peripheries,
  perPass,
  random,
  simdKernels,
  type Tile,
} from '../src/extend.ts';
import { type Dataset, digital, sgd } from '../src/index.ts';
import { type Aihwkit, type Asked, type Batch, startAihwkit, type Taken } from './aihwkit.ts';
import { median, type Spread, show, spread } from './figures.ts';

const [rows, inputs, units] = [100, 784, 256];
const cells = ['GokmenVlasov', 'ReRamSB'] as const;
/** slots that the largest step of the batch asks for */
const lengths = [1.5, 24];
/** mean size of a pulse */
const sizes = { GokmenVlasov: 0.0016, ReRamSB: 0.002 };

/** Forward reads whose cost is compared with that of the digital tile. */
const reads: Readonly<Record<string, CrossbarOptions>> = {
  'all off': {},
  'aihwkit IO': { forward: peripheries.aihwkit },
  'aihwkit preset IO': { forward: peripheries.aihwkitPreset },
  'aihwkit IO, noise of inputs and weights': {
    forward: { ...peripheries.aihwkit, inputNoise: 0.01, weightNoise: 0.02 },
  },
  'aihwkit IO, PCM read noise': {
    forward: { ...peripheries.aihwkit, weightNoise: 0.0175, weightNoiseKind: 'pcm-read' },
  },
  'hardware-aware: PCM read noise, IR drop': { forward: peripheries.hardwareAware },
};

interface AgainstAihwkit {
  readonly cell: string;
  readonly io: string;
  readonly slots: number;
  /** ms of one batch, CPU time: read, update; theirs left out where there is no aihwkit */
  readonly ours: { readonly read: Spread; readonly update: Spread };
  readonly theirs?: { readonly read: Spread; readonly update: Spread };
  /** theirs over ours, read and update together, round by round */
  readonly ratio?: { readonly cpu: Spread; readonly wall: Spread };
}

interface ReadCost {
  readonly periphery: string;
  readonly milliseconds: Spread;
  readonly overDigital: Spread;
}

export interface AnalogSpeed {
  readonly aihwkit: string | undefined;
  readonly load: readonly number[];
  readonly batches: readonly AgainstAihwkit[];
  readonly reads: readonly ReadCost[];
}

/** MNIST rows, δ as they come from a loss: normal, half of them 0, where units rest. */
function batchOf({ images }: Dataset): Batch {
  const draw = random(7);
  const x = Float32Array.from(images.subarray(0, rows * inputs), (v) =>
    images instanceof Uint8Array ? v / 255 : v,
  );
  const delta = Float32Array.from({ length: rows * units }, () =>
    draw.uniform() < 0.5 ? 0 : 0.01 * draw.normal(),
  );
  const weights = Float32Array.from({ length: inputs * units }, () => (2 * draw.uniform() - 1) / 28);
  return { rows, inputs, units, x, delta, weights };
}

function timed(work: () => void): Taken {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  work();
  const used = process.cpuUsage(cpu);
  return { wall: performance.now() - wall, cpu: (used.user + used.system) / 1000 };
}

/** Makes tiles that all hold the batch's weights, and works them. */
async function ground(batch: Batch, products: ProductsPlan) {
  const arena = Arena.over();
  const place = { arena, kernels: await make(simdKernels(), arena), products: await make(products, arena) };
  const inside = (from: Float32Array) => {
    const array = arena.floats(from.length);
    array.set(from);
    return array;
  };
  const x = matrix(rows, inputs, inside(batch.x));
  const z = matrix(rows, units, arena.floats(rows * units));
  const delta = { 1: inside(batch.delta), '-1': inside(batch.delta.map((v) => -v)) };
  const context = { name: 'layer0', inputs, units, weights: batch.weights, horizon: 1, clock: () => 0 };
  return {
    tile: async (options: CrossbarOptions | undefined, rate: number): Promise<Tile> => {
      const maker =
        options === undefined ? await make(digital(), place) : await make(crossbar(options), place);
      const optimiser = await make(sgd({ learningRate: rate, momentum: 0 }));
      return maker.tile({ ...context, random: random(1), optimiser });
    },
    read: (tile: Tile) => tile.read(x, z),
    update: (tile: Tile, sign: 1 | -1) => {
      tile.correlate(x, matrix(rows, units, delta[sign]));
      tile.update();
    },
  };
}

/** Reads and pulsed updates of one crossbar beside aihwkit's, in turns, and reads beside those of the digital tile. */
export async function analogSpeed(
  all: Dataset,
  products: ProductsPlan,
  rounds: number,
): Promise<AnalogSpeed> {
  const batch = batchOf(all);
  const aihwkit = await startAihwkit(batch);
  const load = loadavg();
  try {
    const batches: AgainstAihwkit[] = [];
    for (const cell of cells)
      for (const io of ['aihwkit', 'aihwkitPreset'] as const)
        for (const slots of lengths)
          batches.push(await beside({ cell, io, slots }, { batch, products, aihwkit, rounds }));
    return { aihwkit: aihwkit?.version, load, batches, reads: await readCosts(batch, products, rounds) };
  } finally {
    aihwkit?.close();
  }
}

interface Setting {
  readonly cell: (typeof cells)[number];
  readonly io: 'aihwkit' | 'aihwkitPreset';
  readonly slots: number;
}

interface Run {
  readonly batch: Batch;
  readonly products: ProductsPlan;
  readonly aihwkit: Aihwkit | undefined;
  readonly rounds: number;
}

async function beside({ cell, io, slots }: Setting, run: Run): Promise<AgainstAihwkit> {
  const { batch, products, aihwkit, rounds } = run;
  const most = batch.delta.reduce((so, v) => Math.max(so, Math.abs(v)), 0);
  const rate = (slots * sizes[cell]) / most;
  const work = await ground(batch, products);
  const tile = await work.tile(
    { cell: cellPresets[cell](), forward: peripheries[io], update: perPass({ slots: 31 }) },
    rate,
  );
  const batches = slots > 10 ? 4 : 10;
  const ours: Record<'read' | 'update', Taken[]> = { read: [], update: [] };
  const theirs: typeof ours = { read: [], update: [] };
  for (let round = -1; round < rounds; round++) {
    const [own, other] = [
      { read: [] as Taken[], update: [] as Taken[] },
      { read: [] as Taken[], update: [] as Taken[] },
    ];
    for (let k = 0; k < batches; k++) {
      const sign = k % 2 === 0 ? 1 : -1;
      own.read.push(timed(() => work.read(tile)));
      own.update.push(timed(() => work.update(tile, sign)));
    }
    for (let k = 0; aihwkit && k < batches; k++) {
      const asked: Asked = { cell, io, rate, sign: k % 2 === 0 ? 1 : -1 };
      const taken = await aihwkit.batch(asked);
      other.read.push(taken.read);
      other.update.push(taken.update);
    }
    if (round < 0) continue;
    for (const op of ['read', 'update'] as const) {
      ours[op].push(mean(own[op]));
      if (aihwkit) theirs[op].push(mean(other[op]));
    }
  }
  const both = (of: typeof ours, time: keyof Taken) =>
    of.read.map((read, i) => read[time] + of.update[i][time]);
  const cpu = (of: typeof ours) => ({
    read: spread(of.read.map((t) => t.cpu)),
    update: spread(of.update.map((t) => t.cpu)),
  });
  const over = (time: keyof Taken) => {
    const [a, b] = [both(theirs, time), both(ours, time)];
    return spread(a.map((value, i) => value / b[i]));
  };
  return {
    ...{ cell, io, slots, ours: cpu(ours) },
    ...(aihwkit && { theirs: cpu(theirs), ratio: { cpu: over('cpu'), wall: over('wall') } }),
  };
}

function mean(list: readonly Taken[]): Taken {
  const of = (time: keyof Taken) => list.reduce((sum, taken) => sum + taken[time], 0) / list.length;
  return { wall: of('wall'), cpu: of('cpu') };
}

async function readCosts(batch: Batch, products: ProductsPlan, rounds: number): Promise<ReadCost[]> {
  const work = await ground(batch, products);
  const floor = await work.tile(undefined, 0.1);
  const tiles = await Promise.all(Object.values(reads).map((options) => work.tile(options, 0.1)));
  const times = tiles.map((): number[] => []);
  const shares = tiles.map((): number[] => []);
  const once = (tile: Tile) => {
    const taken: number[] = [];
    for (let k = 0; k < 15; k++) taken.push(timed(() => work.read(tile)).wall);
    return median(taken);
  };
  for (let round = -1; round < rounds; round++) {
    const least = once(floor);
    for (const [k, tile] of tiles.entries()) {
      const taken = once(tile);
      if (round < 0) continue;
      times[k].push(taken);
      shares[k].push(taken / least);
    }
  }
  return Object.keys(reads).map((periphery, k) => ({
    ...{ periphery, milliseconds: spread(times[k]), overDigital: spread(shares[k]) },
  }));
}

export function analogText({ aihwkit, load, batches, reads: costs }: AnalogSpeed): string {
  const beside = batches.map(({ cell, io, slots, ours, theirs, ratio }) => {
    const named = `  ${cell.padEnd(13)}${io.padEnd(14)}${String(slots).padStart(4)} pulses`;
    const own = `read ${show(ours.read, 2)}, update ${show(ours.update, 2)} ms`;
    if (!theirs || !ratio) return `${named}: ${own}`;
    const other = `aihwkit ${show(theirs.read, 2)}, ${show(theirs.update, 2)} ms`;
    return `${named}: ${own}; ${other}; CPU ${show(ratio.cpu, 1)} ×, wall ${show(ratio.wall, 1)} ×`;
  });
  const lines = costs.map(
    ({ periphery, milliseconds, overDigital }) =>
      `  ${periphery.padEnd(42)}${show(milliseconds, 2)} ms, ${show(overDigital, 2)} × the digital tile`,
  );
  const who = aihwkit
    ? `beside aihwkit ${aihwkit}`
    : 'alone: FORWARDFLOW_AIHWKIT_PYTHON names no Python that has aihwkit';
  return [
    `\ncrossbar ${inputs} × ${units}, ${rows} MNIST rows, row by row, 31 slots managed, largest step of so many pulses, ${who};`,
    `CPU time of a batch; load average ${load.map((l) => l.toFixed(1)).join(' ')}`,
    ...beside,
    'forward reads, wall time, median of 15',
    ...lines,
    '',
  ].join('\n');
}
