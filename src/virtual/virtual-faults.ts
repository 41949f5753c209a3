import type { OpKind } from '../core/trace.ts';
import { stagesByDevice } from '../graph/graph.ts';
import type { Simulation } from '../simulation/engine/simulation.ts';
import type { EndedOp, Onlooker } from '../simulation/onlooker.ts';
import type { Assembly } from '../work/assembly.ts';
import type { MachineFault } from '../work/faults/fault.ts';
import { inWords } from '../work/faults/in-words.ts';

type DeviceFault = Extract<MachineFault, { readonly fault: 'kill' | 'pause' | 'slow' }>;

/** microbatches between two checkpoints, where no supervision says */
const usual = 50;

/**
 * Carries out planned faults in virtual time. A device that is killed loses the op at hand and all work since its last checkpoint,
 * restarts, and makes these again: so much longer lasts the op in which that befell it. What is learned is as it was.
 */
export class VirtualFaults implements Onlooker {
  private readonly assembly: Assembly;
  private readonly simulation: () => Simulation;
  private readonly restart: number;
  private readonly ticks: number;
  private readonly stagesOn: readonly (readonly number[])[];
  /** those that strike at a microbatch, and have not */
  private waiting: DeviceFault[];
  /** updates since the last checkpoint [stages] */
  private readonly updates: number[] = [];

  /** @param restart  nanoseconds in which a device that died runs again */
  constructor(assembly: Assembly, simulation: () => Simulation, restart: number, ticks: number) {
    this.assembly = assembly;
    this.simulation = simulation;
    this.restart = restart;
    this.ticks = ticks;
    this.stagesOn = stagesByDevice(assembly.graph);
    this.waiting = (assembly.faults ?? []).filter(
      (fault): fault is DeviceFault => 'stage' in fault && !fault.fault.endsWith('slot'),
    );
  }

  /** Plans those that strike at a time; to be called before the simulation begins. */
  begin(): void {
    const { outages } = this.simulation().availability;
    outages.expected = this.waiting.length > 0;
    for (const fault of this.waiting) if ('time' in fault.at) this.strike(fault, fault.at.time);
    this.waiting = this.waiting.filter(({ at }) => !('time' in at));
  }

  begins(op: OpKind, stage: number, microbatch: number): void {
    if (op !== 'F' || this.waiting.length === 0) return;
    const { from } = this.assembly;
    const of = (from?.microbatch ?? 0) + microbatch;
    const now = this.waiting.filter(
      (fault) => fault.stage === stage && 'microbatch' in fault.at && fault.at.microbatch <= of,
    );
    if (now.length === 0) return;
    this.waiting = this.waiting.filter((fault) => !now.includes(fault));
    for (const fault of now) this.strike(fault, this.simulation().now);
  }

  ended({ op, stage }: EndedOp): void {
    if (op !== 'U') return;
    const { checkpointEvery = usual } = this.assembly.supervision ?? {};
    this.updates[stage] = (this.updates[stage] ?? 0) + this.assembly.pipeline.flush;
    if (this.updates[stage] < checkpointEvery) return;
    this.updates[stage] = 0;
    this.simulation().availability.outages.saved(this.deviceOf(stage));
  }

  private strike(fault: DeviceFault, at: number): void {
    const { emit } = this.assembly;
    const device = this.deviceOf(fault.stage);
    const { fault: kind, stage } = fault;
    const lasts = kind === 'kill' ? this.restart : fault.lasts;
    const times = kind === 'slow' ? fault.times : 1;
    const { outages } = this.simulation().availability;
    outages.add(device, { kind, at: at * this.ticks, lasts: lasts * this.ticks, times });
    emit({ kind: 'fault', fault: kind, stage, what: inWords(fault), start: at });
    if (kind !== 'kill') return;
    const stages = this.stagesOn[device];
    emit({ kind: 'restart', device, stages, from: 0, reason: 'killed by plan', start: at, end: at + lasts });
  }

  private deviceOf(stage: number): number {
    return this.assembly.graph.stages[stage].device;
  }
}
