import { bytesText, fewerMicrobatches, MemoryError, suggest } from '../../simulation.ts';
import { scheduleNamed } from '../settings/schedules.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import { scenarioOf } from '../values/scenario.ts';
import { candidatesOf } from './candidates.ts';

/**
 * An error of memory with what would fit: fewer microbatches, making forwards again, another schedule.
 *
 * @returns any other error as it is
 */
export async function withWhatFits(error: unknown, settings: SimulationSettings): Promise<unknown> {
  if (!(error instanceof MemoryError)) return error;
  const fewer = fewerMicrobatches(await scenarioOf(settings));
  const { rule, name } = scheduleNamed(settings.schedule);
  const { candidates } = await candidatesOf(settings, [rule]);
  const rows = suggest(candidates, { replications: 1, limits: false }).filter(
    ({ fits, schedule }) => fits && schedule !== name,
  );
  const again = rows.filter(({ schedule }) => schedule.includes('recompute'));
  const others = rows.filter((row) => !again.includes(row)).slice(0, 3);
  const named = [...again, ...others].map(
    ({ schedule, peakBytes }) => `${schedule} (${bytesText(peakBytes ?? 0)})`,
  );
  const parts = [
    ...(fewer === undefined ? [] : [`${fewer} microbatches a flush`]),
    ...(named.length > 0 ? [`schedule ${named.join(', ')}`] : []),
  ];
  const fitting =
    parts.length > 0
      ? `what fits: ${parts.join('; ')}`
      : 'no schedule fits: more stages, tensor ranks or a smaller microbatch are needed';
  return new Error(`${error.message}; ${fitting}`, { cause: error });
}
