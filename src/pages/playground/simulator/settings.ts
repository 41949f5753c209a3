import { scheduleNamed, scheduleNames } from '../../../cli/settings/schedules.ts';
import { type SimulationSettings, simulationSettings } from '../../../cli/settings/simulation-settings.ts';
import { mustBeReadable } from '../../../cli/values/scenario.ts';
import { must, nearest, shown } from '../../../extend.ts';

/** What the simulator's page is set to: settings of `forwardflow simulate` as text, and a second schedule. */
export interface PageSettings {
  readonly schedule: string;
  /** the schedule beside it */
  readonly against: string;
  readonly stages: string;
  readonly microbatches: string;
  readonly cost: string;
  /** `<stage>:<factor>,…`; empty: all alike */
  readonly slow: string;
  readonly linkLatency: string;
  /** empty: what the schedule takes by itself */
  readonly capacity: string;
  readonly jitter: string;
  readonly chunks: string;
  readonly seed: string;
}
export type PageKey = keyof PageSettings;

export const usual: PageSettings = {
  schedule: 'stream',
  against: '1f1b',
  stages: '4',
  microbatches: '8',
  cost: 'F=1ms,B=1ms,W=1ms,U=0',
  slow: '',
  linkLatency: '0',
  capacity: '',
  jitter: 'none',
  chunks: '',
  seed: '1',
};

const keys = Object.keys(usual) as PageKey[];
/** ops that a page simulates, all replications together: more would be felt */
export const opsAtMost = 60_000;
const stagesAtMost = 64;
/** characters of an address that are read */
const lengthAtMost = 2000;

/** The part of an address behind the `#`: what is other than usual. */
export function hashOf(settings: PageSettings): string {
  const other = keys.filter((key) => settings[key] !== usual[key]);
  return new URLSearchParams(Object.fromEntries(other.map((key) => [key, settings[key]]))).toString();
}

/**
 * Reads what an address says, which anybody may have written: what breaks its rule is left as usual, and told.
 *
 * @param hash  without the `#`
 */
export function settingsIn(hash: string): { settings: PageSettings; problems: string[] } {
  const problems: string[] = [];
  if (hash.length > lengthAtMost)
    return {
      settings: usual,
      problems: [`address must be of at most ${lengthAtMost} characters; got ${hash.length}`],
    };
  let settings = usual;
  for (const [key, value] of new URLSearchParams(hash)) {
    try {
      const known = keys.find((one) => one === key);
      if (known === undefined)
        throw new Error(`address must hold known settings only; got ${shown(key)}${nearest(key, keys)}`);
      const next = { ...settings, [known]: value };
      mustBeUsable({ ...usual, [known]: value, ...(known === 'slow' && { stages: String(stagesAtMost) }) });
      settings = next;
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  try {
    mustBeUsable(settings);
  } catch (error) {
    problems.push((error as Error).message);
    settings = usual;
  }
  return { settings, problems };
}

/** @throws {Error} one sentence for the first setting that breaks its rule, or where there is more than a page simulates */
export function mustBeUsable(settings: PageSettings): void {
  for (const name of [settings.schedule, settings.against]) simulationOf(settings, name);
}

/**
 * The settings of `forwardflow simulate` for one of the two schedules: what it does not take is left out.
 *
 * @throws {Error} one sentence for the first setting that breaks its rule
 */
export function simulationOf(settings: PageSettings, schedule: string): SimulationSettings {
  const { takes, name } = scheduleNamed(schedule);
  must(scheduleNames.includes(name), 'schedule', 'one that the page carries', schedule);
  const { against: _against, chunks, slow, capacity, ...rest } = settings;
  const given = {
    ...{ ...rest, schedule: name },
    ...(slow !== '' && { slow }),
    ...(capacity !== '' && { capacity }),
    ...(chunks !== '' && 'chunks' in takes && { chunks }),
  };
  const parsed = simulationSettings.safeParse(given);
  if (!parsed.success) throw new Error(parsed.error.issues[0].message);
  const { stages, microbatches } = parsed.data;
  const parts = Number((parsed.data as { readonly chunks?: unknown }).chunks ?? 1);
  must(stages <= stagesAtMost, 'stages', `at most ${stagesAtMost} in a page`, stages);
  mustBeReadable(parsed.data);
  const random = [settings.cost, settings.jitter].some((text) => /exp|lognormal|values/.test(text));
  const replications = random && scheduleNamed(name).schedule.updates === 'flush' ? 20 : 1;
  const ops = 4 * stages * microbatches * replications * parts;
  must(
    ops <= opsAtMost,
    'stages × microbatches',
    `at most ${Math.floor((stages * microbatches * opsAtMost) / ops).toLocaleString('en-US')} in a page`,
    stages * microbatches,
  );
  return parsed.data;
}

/** The command that simulates the same. */
export function commandOf(settings: SimulationSettings): string {
  const flag = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const unsaid = simulationSettings.parse({}) as Readonly<Record<string, unknown>>;
  const told = Object.entries(settings).filter(([key, value]) => value !== unsaid[key] || key === 'schedule');
  const words = told.map(
    ([key, value]) => `${flag(key)} ${/^[\w.:=,-]+$/.test(String(value)) ? value : `'${value}'`}`,
  );
  return ['forwardflow simulate', ...words].join(' ');
}
