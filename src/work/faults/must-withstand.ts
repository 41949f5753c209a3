import { must, mustBeWhole } from '../../core/check.ts';
import type { MachineFault, Supervision } from './fault.ts';

/** What a run is about to go through, and by what means. */
export interface Ordeal {
  readonly supervision: Supervision | undefined;
  readonly faults: readonly MachineFault[];
  readonly stages: number;
  /** the runtime's name, what it can break, and whether each of its devices can die alone */
  readonly runtime: string;
  readonly strikes: readonly MachineFault['fault'][];
  readonly restarts: boolean;
  /** what the schedule is called, and whether weights change while microbatches are under way */
  readonly schedule: string;
  readonly stashes: boolean;
}

/** @throws {RangeError} when supervision or a planned fault is out of range, or is not to be had in this run */
export function mustWithstand({ supervision, faults, ...run }: Ordeal): void {
  if (supervision) {
    const { checkpointEvery = 1, restarts = 0, within = 1 } = supervision;
    mustBeWhole(checkpointEvery, 'checkpointEvery of supervision', 1, 'microbatches');
    mustBeWhole(restarts, 'restarts of supervision', 0);
    must(within > 0, 'within of supervision', 'above 0 ns', within);
    must(run.restarts, 'runtime of a run with supervision', 'workers or virtual', run.runtime);
    must(
      !run.stashes,
      'schedule of a run with supervision',
      'one whose weights do not change while microbatches are under way',
      run.schedule,
    );
  }
  for (const fault of faults) mustStrike(fault, supervision, run);
}

function mustStrike(
  fault: MachineFault,
  supervision: Supervision | undefined,
  { stages, runtime, strikes }: Omit<Ordeal, 'supervision' | 'faults'>,
): void {
  const name = `fault '${fault.fault}'`;
  if ('time' in fault.at) must(fault.at.time >= 0, `time of ${name}`, '0 ns or more', fault.at.time);
  else mustBeWhole(fault.at.microbatch, `microbatch of ${name}`, 0);
  if ('lasts' in fault) must(fault.lasts >= 0, `lasts of ${name}`, '0 ns or more', fault.lasts);
  if ('times' in fault) must(fault.times > 1, `times of ${name}`, 'above 1', fault.times);
  const can = strikes.includes(fault.fault);
  must(
    can,
    `faults of runtime '${runtime}'`,
    strikes.length > 0 ? strikes.join(', ') : 'left out',
    fault.fault,
  );
  if (!('stage' in fault)) return;
  mustBeWhole(fault.stage, `stage of ${name}`, 0);
  must(fault.stage < stages, `stage of ${name}`, `below ${stages}, the number of stages`, fault.stage);
  const ofEdge = fault.fault.endsWith('-slot');
  must(!ofEdge || supervision !== undefined, name, 'in a run with supervision, which mends it', 'none');
  const seen = fault.fault !== 'corrupt-slot' || supervision?.verify === true;
  must(seen, name, 'in a run whose supervision has `verify`, which finds it', 'none');
}
