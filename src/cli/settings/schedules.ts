import { canLearn, refusal, type ScheduleFactory, type ScheduleOption } from '../../extend.ts';
import * as simulation from '../../simulation.ts';
import { make, type Schedule, type SchedulePlan } from '../../simulation.ts';
import { isPath, memberSpec } from '../members/member-spec.ts';
import { loadMember, ownMember } from '../members/members.ts';

/** A schedule that commands know, by name or by the path of its module. */
export interface KnownSchedule {
  readonly name: string;
  /** made with its default options: what it says of itself */
  readonly schedule: Schedule;
  /** whose products a simulation counts */
  readonly rule: 'ff' | 'mono-forward' | 'backprop';
  readonly takes: ScheduleFactory['takes'];
  plan(options?: object): SchedulePlan;
}

const also: Readonly<Record<string, string>> = { interleaved: 'interleaved-1f1b', ff: 'stream' };
/** Other names of some of them. */
export const scheduleAliases: readonly string[] = Object.keys(also);
const known = new Map<string, KnownSchedule>();
for (const factory of Object.values(simulation).filter(isFactory)) {
  await learn(factory().name, { takes: factory.takes, plan: (options) => factory(options) });
  for (const plan of factory.variants ?? []) await learn(plan.name, { takes: {}, plan: () => plan });
}
// the same schedule for layers with one row a sample
known.set('mono-forward', { ...scheduleNamed('stream'), name: 'mono-forward', rule: 'mono-forward' });

/** All that the simulator can time. */
export const scheduleNames: readonly string[] = [...known.keys()].sort();
/** Those by which stages can really learn. */
export const learningNames: readonly string[] = scheduleNames.filter((name) => {
  const { schedule, rule } = scheduleNamed(name);
  return rule !== 'mono-forward' && canLearn(schedule);
});
/** What schedules take, by the name of the option. */
export const scheduleOptions: Readonly<Record<string, ScheduleOption>> = Object.assign(
  {},
  ...[...known.values()].map(({ takes }) => takes),
);

/** @throws {Error} where there is no such schedule, with those there are */
export function scheduleNamed(name: string): KnownSchedule {
  const found = known.get(isPath(name) ? memberSpec('schedule', name).name : (also[name] ?? name));
  if (found) return found;
  throw new Error(
    refusal('schedule', `one of ${scheduleNames.join(', ')} or the path of a module`, name, [
      ...scheduleNames,
      ...scheduleAliases,
    ]),
  );
}

/**
 * Reads the module of a schedule that is named by its path; any other name is left as it is.
 *
 * @returns the name by which `scheduleNamed` finds it: of a module, its path from the root and its options
 * @throws {Error} one sentence, when the module can't be loaded or has no schedule
 */
export async function loadSchedule(name: string): Promise<string> {
  const found = await loadMember('schedule', name);
  const own = ownMember('schedule', found);
  if (own !== undefined && !known.has(found)) {
    const takes = (own.takes ?? {}) as ScheduleFactory['takes'];
    await learn(found, { takes, plan: (options) => own.plan(options) as SchedulePlan });
  }
  return found;
}

async function learn(name: string, { plan, takes }: Pick<KnownSchedule, 'plan' | 'takes'>): Promise<void> {
  const schedule = await make<Schedule>(plan());
  const rule = schedule.serves.includes('locally') ? 'ff' : 'backprop';
  known.set(name, { name, schedule, rule, takes, plan });
}

function isFactory(value: unknown): value is ScheduleFactory {
  return typeof value === 'function' && 'takes' in value;
}

/** Of all options given, those that this schedule takes. */
export function schedulePlan(name: string, given: Readonly<Record<string, unknown>> = {}): SchedulePlan {
  const { takes, plan } = scheduleNamed(name);
  const own = Object.entries(given).filter(([key, value]) => key in takes && value !== undefined);
  return plan(Object.fromEntries(own));
}

/**
 * How many products of each kind a stage makes for a sample, in units of one: a Forward-Forward layer reads and correlates
 * its positive and its negative, Mono-Forward one row, and backprop one row with an input gradient.
 */
export function unitsOf(name: string): { readonly F: number; readonly B: number; readonly W: number } {
  const { rule } = scheduleNamed(name);
  if (rule === 'mono-forward') return { F: 1, B: 0, W: 1 };
  return rule === 'ff' ? { F: 2, B: 0, W: 2 } : { F: 1, B: 1, W: 1 };
}

/** whether a schedule's layers learn where they stand */
export function isLocal(name: string): boolean {
  return scheduleNamed(name).rule !== 'backprop';
}
