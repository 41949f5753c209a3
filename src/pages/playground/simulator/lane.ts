import { type SimulationDocument, simulated } from '../../../cli/simulating/simulated.ts';
import { scenarioOf } from '../../../cli/values/scenario.ts';
import type { OpKind } from '../../../extend.ts';
import type { TraceEvent } from '../../../index.ts';
import { SimulatedTrace } from '../../../simulation.ts';
import { type PageSettings, simulationOf } from './settings.ts';
import { type Theory, theoryOf } from './theory.ts';

/** A stretch of a device's time: an op, or a wait. Times in nanoseconds. */
export interface Stretch {
  readonly device: number;
  readonly kind: OpKind | 'starved' | 'blocked' | 'communicating';
  readonly start: number;
  readonly end: number;
  readonly stage: number;
  readonly microbatch?: number;
}

/** One schedule's simulation, and its picture. */
export interface Lane {
  readonly document: SimulationDocument;
  /** undefined where there are too many to be seen */
  readonly stretches: readonly Stretch[] | undefined;
  readonly theory: Theory;
}

/** stretches that are drawn at most */
const drawnAtMost = 20_000;

/**
 * Simulates one of the page's schedules as `forwardflow simulate` does.
 *
 * @throws {Error} one sentence where the settings break a rule, or the schedule can't be carried out
 */
export async function laneOf(settings: PageSettings, schedule: string): Promise<Lane> {
  const given = simulationOf(settings, schedule);
  const stretches: Stretch[] = [];
  let placement: readonly number[] = [];
  const scenario = await scenarioOf(given);
  const trace = new SimulatedTrace(scenario, (event: TraceEvent) => {
    if (event.kind === 'start') placement = event.placement ?? [];
    if (stretches.length > drawnAtMost) return;
    if (
      event.kind === 'op' ||
      event.kind === 'starved' ||
      event.kind === 'blocked' ||
      event.kind === 'communicating'
    )
      stretches.push({
        ...{ device: placement[event.stage] ?? event.stage, stage: event.stage },
        kind: event.kind === 'op' ? event.op : event.kind,
        ...{ start: event.start, end: event.end },
        ...(event.kind === 'op' && { microbatch: event.microbatch }),
      });
  });
  const document = await simulated(given, [trace]);
  trace.finish();
  return {
    document,
    stretches: stretches.length > drawnAtMost ? undefined : stretches,
    theory: theoryOf(scenario, given),
  };
}
