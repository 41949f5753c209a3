import { blocking, stream } from '../../src/index.ts';
import { type LayerBuffers, type ReuseDistance, reuseDistance } from '../../src/report.ts';
import {
  constant,
  make,
  oneFOneB,
  regular,
  type Schedule,
  SimulatedTrace,
  simulate,
} from '../../src/simulation.ts';

/** 784-500^depth: for backprop with ten outputs on top, for Forward-Forward with two rows a sample. */
export function stack(depth: number, learns: LayerBuffers['learns']): LayerBuffers[] {
  const local = learns === 'locally';
  const units = [...Array<number>(depth).fill(500), ...(local ? [] : [10])];
  return units.map((width, i) => ({
    ...{ inputs: i === 0 ? 784 : 500, units: width, learns, streams: local ? 2 : 1 },
  }));
}

const measured = 12;

/**
 * Steady reuse distances with one microbatch in the machine at a time, each layer learning right behind its F or B, as a
 * program without threads has it: B, W and U in one.
 */
export async function oneAtATime(layers: readonly LayerBuffers[], rows = 1): Promise<ReuseDistance> {
  const local = layers[0].learns === 'locally';
  const [some, none] = [constant(1), constant(0)];
  const schedule = await make<Schedule>(local ? stream() : blocking());
  const flow = { microbatches: measured, ...(local && { arrivals: regular(layers.length + 1) }) };
  return folded({ schedule, ...flow, costs: { F: some, B: some, W: none, U: none } }, layers, rows);
}

/**
 * The same in a pipeline of a device a layer that is never out of work: a row of a sample takes a tick in F, and one in W;
 * B takes one. Backprop by 1F1B, one flush of so many microbatches that its ends don't matter.
 */
export async function pipelined(layers: readonly LayerBuffers[]): Promise<ReuseDistance> {
  const [{ learns, streams = 1 }] = layers;
  const ticks = constant(streams);
  const schedule = await make<Schedule>(learns === 'locally' ? stream() : oneFOneB());
  const microbatches = 20 * layers.length;
  return folded(
    { schedule, microbatches, costs: { F: ticks, B: ticks, W: ticks, U: constant(0) } },
    layers,
    1,
  );
}

type Flow = Omit<Parameters<typeof simulate>[0], 'devices'>;
function folded(flow: Flow, layers: readonly LayerBuffers[], rows: number): ReuseDistance {
  const scenario = { ...flow, devices: layers.length };
  const fold = reuseDistance(layers, { warmUp: 5 });
  const trace = new SimulatedTrace(scenario, (event) => fold.add(event), rows);
  simulate(scenario, { onlooker: trace });
  return fold.value();
}

/** Figures of Forward-Forward over those of backprop with equal hidden layers. */
export interface EqualStacks {
  readonly depth: number;
  /** average in floats since the last write, on one memory */
  readonly backprop: number;
  /** the average on one memory since the last write, since the last access, and the movement since the last access */
  readonly write: number;
  readonly access: number;
  readonly movement: number;
  /** the worst of a memory a layer, over backprop on one memory, and over the worst of backprop with a memory a layer */
  readonly worker: number;
  readonly workers: number;
  /** averages where weights never move */
  readonly still: number;
  readonly stillAccess: number;
  /** in a pipeline: floats held on the worst device, and floats times ticks over all */
  readonly peak: number;
  readonly held: number;
}

export async function equalStacks(depth: number): Promise<EqualStacks> {
  const each = async (learns: LayerBuffers['learns']) => {
    const { machine, workers } = await oneAtATime(stack(depth, learns));
    const { residency } = await pipelined(stack(depth, learns));
    const [{ sinceWrite, sinceAccess }, still] = [machine.all, machine.activities];
    return {
      ...{ write: sinceWrite.average, access: sinceAccess.average, movement: sinceAccess.movement },
      worker: Math.max(...workers.map(({ all }) => all.sinceWrite.average)),
      ...{ still: still.sinceWrite.average, stillAccess: still.sinceAccess.average },
      peak: Math.max(...residency.map(({ peakFloats }) => peakFloats)),
      held: residency.reduce((sum, { floatNanoseconds }) => sum + floatNanoseconds, 0),
    };
  };
  const [ff, bp] = [await each('locally'), await each('backward')];
  const over = (figure: keyof typeof ff): number => ff[figure] / bp[figure];
  return {
    ...{
      depth,
      backprop: bp.write,
      write: over('write'),
      access: over('access'),
      movement: over('movement'),
    },
    ...{ worker: ff.worker / bp.write, workers: over('worker') },
    ...{ still: over('still'), stillAccess: over('stillAccess'), peak: over('peak'), held: over('held') },
  };
}
