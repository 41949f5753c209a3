import {
  type Arrivals,
  constant,
  type Distribution,
  type LinkModel,
  make,
  poisson,
  regular,
  type Scenario,
  type Schedule,
  type StageCosts,
  scaled,
} from '../../simulation.ts';
import { isPath } from '../members/member-spec.ts';
import { lasting, stretching } from '../settings/distributions.ts';
import { bandwidth, duration, numberIn, rate, size } from '../settings/quantities.ts';
import {
  isLocal,
  type KnownSchedule,
  loadSchedule,
  scheduleNamed,
  scheduleOptions,
  schedulePlan,
  unitsOf,
} from '../settings/schedules.ts';
import { type SimulationSettings, simulationShape } from '../settings/simulation-settings.ts';
import { costsOfProfile } from './profile.ts';

/** The one place where the settings of a simulation become values of the library. */
export async function scenarioOf(settings: SimulationSettings): Promise<Scenario> {
  const name = await loadSchedule(settings.schedule);
  const known = scheduleNamed(name);
  const schedule = await make<Schedule>(schedulePlan(name, settings));
  const { stages: devices, microbatches, flushes, seed, window } = settings;
  mustMean(settings, known);
  const jitter = stretching('jitter', settings.jitter);
  const arrivals = arrivalsOf(settings.arrivals);
  return {
    ...{ schedule, devices, microbatches, flushes, seed, blocking: settings.blocking },
    costs: await costsOf(settings, name),
    link: linkOf(settings),
    bytes: size('activation', settings.activation),
    streams: known.rule === 'ff' ? 2 : 1,
    capacity: capacityOf(settings, known, arrivals !== undefined),
    ...(window && { window }),
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
  cost: (text) => costOf(text, 'stream'),
  jitter: (text) => stretching('jitter', text),
  linkLatency: (text) => duration('linkLatency', text),
  linkJitter: (text) => stretching('linkJitter', text),
  bandwidth: (text) => bandwidth('bandwidth', text),
  activation: (text) => size('activation', text),
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
function mustMean(settings: SimulationSettings, { name, takes, schedule }: KnownSchedule): void {
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
  const bytes = size('activation', settings.activation);
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
  return numberIn('capacity', capacity, rule, (value) => Number.isInteger(value) && value >= 1);
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

function arrivalsOf(text: string): Arrivals | undefined {
  if (text === 'saturated') return undefined;
  const [kind, of, ...more] = text.split(':');
  if (of === undefined || more.length > 0 || (kind !== 'poisson' && kind !== 'regular'))
    throw new Error(`arrivals must be poisson:<rate>, regular:<rate> or saturated; got '${text}'`);
  return (kind === 'poisson' ? poisson : regular)(rate('arrivals', of));
}

/** Costs of every stage, in the units that the schedule's rule takes. */
async function costsOf(settings: SimulationSettings, name: string): Promise<Scenario['costs']> {
  if (settings.profile !== undefined) return costsOfProfile(settings.profile, settings, name);
  const one = costOf(settings.cost, name);
  const { layers, stages } = settings;
  if (layers === undefined) return one;
  if (stages > layers) throw new Error(`stages must be at most ${layers}, the layers; got ${stages}`);
  // consecutive layers, as even as can be: the first stages take one more
  return Array.from({ length: stages }, (_, stage) => {
    const count = Math.floor(layers / stages) + (stage < layers % stages ? 1 : 0);
    const all = (cost: Distribution | undefined) => cost && scaled(cost, count);
    const [B, W, U] = [all(one.B), all(one.W), all(one.U)];
    return { F: scaled(one.F, count), ...(B && { B }), ...(W && { W }), ...(U && { U }) };
  });
}

/** `F=1ms,B=1ms,W=1ms`, or one time. */
function costOf(text: string, name: string): StageCosts {
  const units = unitsOf(name);
  if (!text.includes('=')) {
    const cost = lasting('cost', text);
    return isLocal(name) ? { F: cost } : { F: cost, B: cost, W: cost };
  }
  const given = new Map<string, Distribution>();
  for (const part of text.split(',')) {
    const [op, value, ...more] = part.split('=').map((piece) => piece.trim());
    if (!['F', 'B', 'W', 'U'].includes(op) || value === undefined || more.length > 0)
      throw new Error(`cost must be a time or F=…,B=…,W=…,U=… of times; got '${text}'`);
    if (given.has(op)) throw new Error(`cost must name ${op} once; got '${text}'`);
    given.set(op, lasting(`cost ${op}`, value));
  }
  const none = constant(0);
  const times = (op: 'F' | 'B' | 'W') => scaled(given.get(op) ?? none, units[op]);
  return { F: times('F'), B: times('B'), W: times('W'), U: given.get('U') ?? none };
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
