import { refusal } from '../../extend.ts';
import {
  type Arrivals,
  type LinkModel,
  make,
  poisson,
  regular,
  type Scenario,
  type Schedule,
} from '../../simulation.ts';
import { isPath } from '../members/member-spec.ts';
import { lasting, stretching } from '../settings/distributions.ts';
import { bandwidth, duration, numberIn, rate, size, sizes } from '../settings/quantities.ts';
import {
  type KnownSchedule,
  loadSchedule,
  scheduleNamed,
  scheduleOptions,
  schedulePlan,
} from '../settings/schedules.ts';
import { type SimulationSettings, simulationShape } from '../settings/simulation-settings.ts';
import { activationOf, clusterIn, clusterOf, mapIn, memoryOf } from './cluster.ts';
import { costsOf, endsOf, mustBeCost } from './costs.ts';
import { keptIn, keptOf } from './kept.ts';
import { profileCosts } from './profile.ts';

/**
 * The one place where the settings of a simulation become values of the library.
 *
 * @param note  is told, in a sentence, what was read in another way than it stands
 */
export async function scenarioOf(
  settings: SimulationSettings,
  note: (text: string) => void = () => {},
): Promise<Scenario> {
  const name = await loadSchedule(settings.schedule);
  const known = scheduleNamed(name);
  const schedule = await make<Schedule>(schedulePlan(name, settings));
  const { stages: devices, microbatches, flushes, seed, window } = settings;
  const profile =
    settings.profile === undefined ? undefined : await profileCosts(settings.profile, settings, name);
  for (const text of profile?.notes ?? []) note(text);
  const bytes = activationOf(settings, profile);
  mustMean(settings, known, bytes);
  const jitter = stretching('jitter', settings.jitter);
  const arrivals = arrivalsOf(settings.arrivals);
  const kept = settings.kept === undefined ? undefined : await keptOf(settings.kept, known, note);
  return {
    ...{ schedule, devices, microbatches, flushes, seed, blocking: settings.blocking },
    costs: costsOf(settings, name, profile, note),
    link: linkOf(settings),
    ...endsOf(settings, name, note),
    ...(await clusterOf(settings)),
    ...memoryOf(settings, profile),
    bytes,
    streams: known.rule === 'ff' ? 2 : 1,
    capacity: capacityOf(settings, known, arrivals !== undefined),
    ...(window && { window }),
    ...(kept !== undefined && { kept }),
    ...(jitter && { jitter }),
    ...(arrivals && { arrivals }),
    ...(settings.slow && { slow: slowOf(settings.slow) }),
    ...(settings.pauses && { pauses: pausesOf(settings.pauses) }),
    ...(settings.failures && { failures: failuresOf(settings.failures) }),
  };
}

/** What reads a setting that is text, where it doesn't take another setting to read it. */
const readers: { readonly [key in keyof SimulationSettings]?: (text: string) => unknown } = {
  schedule: (name) => isPath(name) || scheduleNamed(name),
  cost: mustBeCost,
  kept: keptIn,
  jitter: (text) => stretching('jitter', text),
  linkLatency: (text) => duration('linkLatency', text),
  linkJitter: (text) => stretching('linkJitter', text),
  bandwidth: (text) => bandwidth('bandwidth', text),
  activation: (text) => sizes('activation', text),
  memory: (text) => size('memory', text),
  held: (text) => sizes('held', text),
  weights: (text) => sizes('weights', text),
  optimiserState: (text) => sizes('optimiserState', text),
  cluster: (text) => (text.includes('=') ? clusterIn(text) : text),
  map: mapIn,
  capacity: capacityIn,
  arrivals: arrivalsOf,
  slow: slowOf,
  pauses: pausesOf,
  failures: failuresOf,
};

/** @throws {Error} one sentence for the first setting whose text says nothing; whether settings go together is not asked */
export function mustBeReadable(settings: Partial<SimulationSettings>): void {
  for (const [key, value] of Object.entries(settings)) {
    if (typeof value === 'string') readers[key as keyof SimulationSettings]?.(value);
  }
}

/** Refuses what would mean nothing here. */
function mustMean(
  settings: SimulationSettings,
  { name, takes, schedule }: KnownSchedule,
  bytes: number | readonly number[],
): void {
  const values: Readonly<Record<string, unknown>> = settings;
  const foreign = Object.keys(scheduleOptions).filter((key) => !(key in takes));
  if (schedule.updates !== 'window') foreign.push('window');
  const given = foreign.find((key) => values[key] !== undefined);
  if (given !== undefined)
    throw new Error(`${given} must be left out with schedule ${name}; got ${values[given]}`);
  if (settings.profile !== undefined) {
    if (settings.cost !== simulationShape.cost.parse(undefined))
      throw new Error(`cost must be left out with a profile; got '${settings.cost}'`);
    if (settings.layers !== undefined)
      throw new Error(`layers must be left out with a profile; got ${settings.layers}`);
  }
  if (settings.bandwidth !== undefined && bytes === 0)
    throw new Error(`activation must be above 0 with a bandwidth; got '${settings.activation}'`);
  if (settings.bandwidth === undefined && (settings.duplex === 'half' || !settings.overlap))
    throw new Error('bandwidth must be given where duplex is half or sending stops the device; got none');
}

function capacityOf(
  { capacity }: SimulationSettings,
  { rule, schedule }: KnownSchedule,
  open: boolean,
): number {
  if (capacity !== undefined) return capacityIn(capacity);
  return rule !== 'backprop' && schedule.next && !open ? 2 : Number.POSITIVE_INFINITY;
}

function capacityIn(capacity: string): number {
  if (capacity === 'unbounded' || capacity === 'inf') return Number.POSITIVE_INFINITY;
  const rule = 'a whole number of microbatches, 1 or more, or unbounded';
  return numberIn('capacity', capacity, rule, (value) => Number.isInteger(value) && value >= 1, [
    'unbounded',
  ]);
}

function linkOf({
  linkLatency,
  linkJitter,
  bandwidth: width,
  duplex,
  overlap,
}: SimulationSettings): LinkModel {
  const jitter = stretching('linkJitter', linkJitter);
  return {
    latency: duration('linkLatency', linkLatency),
    ...(jitter && { jitter }),
    ...(width && { bandwidth: bandwidth('bandwidth', width) }),
    ...{ duplex, overlap },
  };
}

const arrivalNames = ['poisson', 'regular', 'saturated'];

function arrivalsOf(text: string): Arrivals | undefined {
  if (text === 'saturated') return undefined;
  const [kind, of, ...more] = text.split(':');
  if (of === undefined || more.length > 0 || (kind !== 'poisson' && kind !== 'regular'))
    throw new Error(
      refusal('arrivals', 'poisson:<rate>, regular:<rate> or saturated', text, arrivalNames, kind),
    );
  return (kind === 'poisson' ? poisson : regular)(rate('arrivals', of));
}

function slowOf(text: string): NonNullable<Scenario['slow']> {
  const seen = new Set<string>();
  return text.split(',').map((part) => {
    const [device, factor, ...more] = part.split(':');
    if (seen.has(device.trim())) throw new Error(`slow must name a stage once; got '${text}'`);
    seen.add(device.trim());
    const rule = '<stage>:<factor> with a factor above 0';
    if (factor === undefined || more.length > 0) throw new Error(`slow must be ${rule}; got '${part}'`);
    return {
      device: numberIn('slow', device, rule, (value) => Number.isInteger(value) && value >= 0),
      factor: numberIn('slow', factor, rule, (value) => value > 0),
    };
  });
}

function pausesOf(text: string): NonNullable<Scenario['pauses']> {
  const [of, ...lasts] = text.split(':');
  if (lasts.length === 0) throw new Error(`pauses must be <rate>:<time>; got '${text}'`);
  return { every: 1e9 / rate('pauses', of), lasts: lasting('pauses', lasts.join(':')) };
}

function failuresOf(text: string): NonNullable<Scenario['failures']> {
  const [of, restart, checkpoint, ...more] = text.split(':');
  if (checkpoint === undefined || more.length > 0)
    throw new Error(`failures must be <rate>:<restart>:<checkpoint>; got '${text}'`);
  return {
    every: 1e9 / rate('failures', of),
    restart: duration('restart of failures', restart),
    checkpoint: duration('checkpoint of failures', checkpoint),
  };
}
