import {
  type DataFault,
  type Fault,
  type MachineFault,
  mustBeOneOf,
  nearest,
  shown,
} from '../../../extend.ts';
import { duration } from '../../settings/quantities.ts';

type Entry = Readonly<Record<string, unknown>>;

const ofData: readonly string[] = [
  'not-finite',
  'no-such-class',
  'poisoned-label',
] satisfies DataFault['fault'][];
/** what each fault of the machine needs, beside when it strikes */
const ofMachine: Readonly<Record<MachineFault['fault'], readonly string[]>> = {
  kill: ['stage'],
  pause: ['stage', 'lasts'],
  slow: ['stage', 'times', 'lasts'],
  'drop-slot': ['stage'],
  'duplicate-slot': ['stage'],
  'corrupt-slot': ['stage'],
  'clock-jump': ['by'],
  'full-disk': ['lasts'],
};

/**
 * A plan of faults: a list of `{ "at": "5s" or 1200, "fault": "kill", "stage": 1 }`, where `at` is a time behind the start or
 * the microbatch at which it strikes, and of `{ "fault": "poisoned-label", "sample": 900 }`.
 *
 * @param plan  parsed JSON
 * @throws {Error} that names the entry, when one is not to be understood
 */
export function readFaults(plan: unknown): Fault[] {
  if (!Array.isArray(plan))
    throw new Error(`a plan of faults must be a JSON list; got ${JSON.stringify(plan)}`);
  return plan.map((entry: unknown, i) => {
    if (typeof entry !== 'object' || entry === null)
      throw new Error(`fault ${i} must be an object with 'fault'; got ${JSON.stringify(entry)}`);
    return readFault(entry as Entry, `fault ${i}`);
  });
}

function readFault(entry: Entry, place: string): Fault {
  const { fault } = entry;
  if (typeof fault === 'string' && ofData.includes(fault)) {
    mustHaveOnly(entry, ['sample'], place);
    return { fault, sample: count(entry, 'sample', place) } as DataFault;
  }
  mustBeOneOf(fault, [...Object.keys(ofMachine), ...ofData], `'fault' of ${place}`);
  const needs = ofMachine[fault as MachineFault['fault']];
  mustHaveOnly(entry, ['at', ...needs], place);
  const at =
    typeof entry.at === 'string'
      ? { time: duration(`'at' of ${place}`, entry.at) }
      : { microbatch: count(entry, 'at', place) };
  const values = needs.map((name): [string, number] => {
    if (name === 'stage') return [name, count(entry, name, place)];
    if (name === 'times') return [name, factor(entry, place)];
    return [name, time(entry, name, place)];
  });
  return { at, fault, ...Object.fromEntries(values) } as MachineFault;
}

function mustHaveOnly(entry: Entry, names: readonly string[], place: string): void {
  const strange = Object.keys(entry).find((name) => name !== 'fault' && !names.includes(name));
  if (strange !== undefined)
    throw new Error(
      `${place} must have no more than fault, ${names.join(', ')}; got ${shown(strange)}${nearest(strange, names)}`,
    );
}

function count(entry: Entry, name: string, place: string): number {
  const value = entry[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Error(`'${name}' of ${place} must be a whole number, 0 or more; got ${JSON.stringify(value)}`);
  return value as number;
}

function factor({ times }: Entry, place: string): number {
  if (typeof times !== 'number' || !(times > 1) || !Number.isFinite(times))
    throw new Error(`'times' of ${place} must be a number above 1; got ${JSON.stringify(times)}`);
  return times;
}

/** nanoseconds; a clock may jump back */
function time(entry: Entry, name: string, place: string): number {
  const value = entry[name];
  if (typeof value !== 'string')
    throw new Error(`'${name}' of ${place} must be a time such as '500ms'; got ${JSON.stringify(value)}`);
  const back = name === 'by' && value.startsWith('-');
  return (back ? -1 : 1) * duration(`'${name}' of ${place}`, back ? value.slice(1) : value);
}
