import type { Candidate } from '../../simulation.ts';
import { scheduleNamed, scheduleNames, scheduleOptions } from '../settings/schedules.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import { scenarioOf } from '../values/scenario.ts';

/** A schedule that can't be taken with these settings, and why. */
export interface Refused {
  readonly schedule: string;
  readonly reason: string;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly refused: readonly Refused[];
}

export const ruleNames = ['backprop', 'ff', 'mono-forward'] as const;

/** stages of a device that are tried where nobody says */
const chunksTried = [2, 3, 4];

/**
 * Every schedule of some rules, with the scenario that the settings make of it; with 2, 3 and 4 chunks, where it has chunks and
 * there are layers for them.
 *
 * @param note  is told what was read in another way than it stands
 */
export async function candidatesOf(
  settings: SimulationSettings,
  rules: readonly (typeof ruleNames)[number][],
  note: (text: string) => void = () => {},
): Promise<Candidates> {
  const candidates: Candidate[] = [];
  const refused: Refused[] = [];
  for (const schedule of scheduleNames) {
    const { rule, takes, schedule: known } = scheduleNamed(schedule);
    if (!rules.includes(rule)) continue;
    if (rule !== 'backprop' && known.next === undefined) {
      refused.push({ schedule, reason: 'its microbatches are chapters, which do not compare' });
      continue;
    }
    if (known.gradientDelay) {
      const reason = `its B takes the gradient of ${known.gradientDelay} microbatches before, for frames that change slowly`;
      refused.push({ schedule, reason });
      continue;
    }
    const given = ownSettings(settings, schedule);
    for (const chunks of chunksOf(given, 'chunks' in takes)) {
      const name = chunks === undefined ? schedule : `${schedule}, ${chunks} chunks`;
      try {
        const scenario = await scenarioOf({ ...given, ...(chunks !== undefined && { chunks }) }, note);
        const { devices, microbatches } = scenario;
        scenario.schedule.mustSuit?.(devices, microbatches);
        candidates.push({ schedule: name, scenario });
      } catch (error) {
        refused.push({ schedule: name, reason: (error as Error).message });
      }
    }
  }
  return { candidates, refused };
}

/** The settings without those of other schedules. */
function ownSettings(settings: SimulationSettings, name: string): SimulationSettings {
  const { takes, schedule } = scheduleNamed(name);
  const foreign = Object.keys(scheduleOptions).filter((key) => !(key in takes));
  if (schedule.updates !== 'window') foreign.push('window');
  if (schedule.updates !== 'flush') foreign.push('flushes');
  const own = Object.entries(settings).filter(([key]) => !foreign.includes(key));
  return { ...Object.fromEntries(own), flushes: 1, schedule: name } as SimulationSettings;
}

function chunksOf(settings: SimulationSettings, takes: boolean): readonly (number | undefined)[] {
  const {
    chunks,
    layers = Number.POSITIVE_INFINITY,
    stages,
  } = settings as SimulationSettings & {
    readonly chunks?: number;
  };
  if (!takes) return [undefined];
  if (chunks !== undefined) return [chunks];
  const fitting = chunksTried.filter((v) => v * stages <= layers);
  return fitting.length > 0 ? fitting : [undefined];
}
