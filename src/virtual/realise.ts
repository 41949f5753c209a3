import { setImmediate } from 'node:timers/promises';
import { wallNanoseconds } from '../core/clock.ts';
import { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { Encoder } from '../ends/encoder.ts';
import { negativeImagesOf } from '../ends/negative-images.ts';
import { Simulation } from '../simulation/engine/simulation.ts';
import { onlookers } from '../simulation/onlookers.ts';
import type { ResolvedScenario } from '../simulation/scenario.ts';
import type { Assembly } from '../work/assembly.ts';
import { type Chain, disposeAll } from '../work/chain.ts';
import { ruleOf } from '../work/checkpoints/checkpoint.ts';
import { Checkpoints } from '../work/checkpoints/checkpoints.ts';
import { inPlace } from '../work/in-place.ts';
import { makeChain } from '../work/make-chain.ts';
import { reasonOf, StageError } from '../work/stage-error.ts';
import { stagePlans } from '../work/stage-plan.ts';
import { startOf } from './machine.ts';
import { settlingFrames } from './settling-frames.ts';
import { VirtualFaults } from './virtual-faults.ts';
import { VirtualLine } from './virtual-line.ts';
import { VirtualStages } from './virtual-stages.ts';
import { VirtualTiming } from './virtual-timing.ts';

/** nanoseconds of wall time between two looks at what else there is to do on this thread */
const turn = 20e6;

/** Realises a graph in virtual time without any arithmetic: ops and waits alone. */
export async function timeOnly(assembly: Assembly, scenario: ResolvedScenario, restart = 0): Promise<void> {
  assembly.emit({ ...startOf(assembly), tile: 'none, virtual time only', kernels: 'none' });
  const timing = new VirtualTiming(assembly, () => simulation.now);
  const { microbatch: rows } = assembly.pipeline;
  const line = VirtualLine.of(assembly, { rows, asked: rows }, () => simulation.now);
  timing.line = line;
  const faults = new VirtualFaults(assembly, () => simulation, restart, scenario.ticks);
  const frames = settlingFrames(assembly);
  const simulation: Simulation = new Simulation(
    scenario,
    onlookers(faults, frames?.seenBy(timing) ?? timing),
    {
      ...{ source: line, lossy: timing.lossy, frames },
    },
  );
  faults.begin();
  await carryOn(simulation, assembly);
  line?.close();
}

/** Realises a graph in virtual time on this thread: each op computes when it begins. */
export async function learnInVirtualTime(
  assembly: Assembly,
  scenario: ResolvedScenario,
  restart = 0,
): Promise<void> {
  const { pipeline, graph, emit } = assembly;
  const arena = Arena.over();
  const kernels = await make(pipeline.kernels, arena);
  const products = await make(pipeline.products, arena);
  const tiles = await make(pipeline.tile, { arena, kernels, products });
  const plans = stagePlans(assembly);
  const chains: Chain[] = [];
  try {
    for (const plan of plans) {
      const made = makeChain(plan, { arena, kernels, tiles }).catch((error: unknown) => {
        throw new StageError({ stage: plan.stage }, reasonOf(error), error);
      });
      chains.push(await made);
    }
    const checkpoints = new Checkpoints(graph.stages.length, ruleOf(assembly), (checkpoint) =>
      emit({ kind: 'checkpoint', ...checkpoint, start: learning.clock() }),
    );
    const images = await negativeImagesOf(pipeline);
    const learning: VirtualStages = new VirtualStages(
      assembly,
      { plans, chains, arena, kernels, encoder: new Encoder(pipeline, { arena, kernels }, images) },
      checkpoints,
    );
    const faults = new VirtualFaults(assembly, () => simulation, restart, scenario.ticks);
    const frames = settlingFrames(assembly);
    const seen = onlookers(faults, frames?.seenBy(learning) ?? learning);
    const simulation: Simulation = new Simulation(scenario, seen, {
      ...{ source: learning.line, lossy: learning.lossy, kept: (stage) => learning.keptBy(stage), frames },
    });
    learning.clock = () => simulation.now;
    emit({
      ...startOf(assembly),
      tile: `${tiles.description}, virtual time`,
      kernels: kernels.description,
    });
    faults.begin();
    await carryOn(simulation, assembly);
    learning.finish(assembly.stop.aborted || assembly.halt.aborted);
  } catch (error) {
    try {
      letGo(chains);
    } catch {
      // why the run failed says more than why a layer could not be let go
    }
    throw error;
  }
  letGo(chains);
}

function letGo(chains: readonly Chain[]): void {
  disposeAll(chains.map((chain, stage) => ({ dispose: () => inPlace({ stage }, () => chain.dispose()) })));
}

/** Runs a simulation to its end, or until a signal says so, and lets others have their turn. */
async function carryOn(simulation: Simulation, { stop, halt, microbatches, from }: Assembly): Promise<void> {
  if (microbatches === (from?.microbatch ?? 0)) return;
  let last = wallNanoseconds();
  while (!stop.aborted && !halt.aborted && simulation.advance(1)) {
    if (wallNanoseconds() - last < turn) continue;
    await setImmediate();
    last = wallNanoseconds();
  }
}
