import type { z } from 'zod';
import { refusal } from '../../extend.ts';
import { memberList } from '../members/member-spec.ts';
import { unknownSetting } from '../settings/fields.ts';
import { parse } from '../settings/read-settings.ts';
import {
  type SimulationSettings,
  simulationSettings,
  simulationShape,
} from '../settings/simulation-settings.ts';
import { mustBeReadable } from '../values/scenario.ts';

type Key = keyof SimulationSettings;
type Value = SimulationSettings[Key];

/** A setting that takes several values. */
export interface Axis {
  readonly key: Key;
  readonly values: readonly Value[];
}

/** All points of a sweep. */
export interface SweepGrid {
  readonly axes: readonly Axis[];
  /** every combination of the axes' values, the last axis turning fastest */
  readonly points: readonly SimulationSettings[];
}

/** A value of an axis that the others are compared with. */
export interface Baseline {
  readonly axis: Axis;
  readonly value: Value;
}

export interface GridSources {
  /** settings by name, of a config file */
  readonly config?: Readonly<Record<string, unknown>>;
  /** of a grid file: lists are axes, all else is fixed, null is left out */
  readonly grid?: Readonly<Record<string, unknown>>;
  readonly flags?: Readonly<Record<string, unknown>>;
  /** `schedule=stream,1f1b` */
  readonly vary?: readonly string[];
}

const pointsAtMost = 100_000;
/** settings whose text holds commas: their values stand between bars */
const withCommas: readonly string[] = ['cost', 'slow'];

/**
 * The points that a config file, a grid file, flags and `--vary` make together; what comes later in this order goes before.
 *
 * @throws {Error} one sentence for the first setting that is unknown or breaks its rule; whether settings go together is for
 * the point to say
 */
export function sweepGrid({ config = {}, grid = {}, flags = {}, vary = [] }: GridSources): SweepGrid {
  const axes = new Map<Key, readonly Value[]>();
  const fixed = new Map<Key, unknown>();
  const put = (of: string, name: string, value: unknown): void => {
    const key = mustBeKnown(of, name);
    axes.delete(key);
    fixed.delete(key);
    if (Array.isArray(value)) axes.set(key, valuesOf(key, value));
    else fixed.set(key, value ?? undefined);
  };
  for (const [key, value] of Object.entries(config)) {
    if (Array.isArray(value)) oneValue(mustBeKnown('config file', key), value);
    put('config file', key, value);
  }
  for (const [key, value] of Object.entries(grid)) put('grid', key, value);
  for (const [key, value] of Object.entries(flags)) if (key in simulationShape) put('settings', key, value);
  const varied = new Set<string>();
  for (const text of vary) {
    const [key, values] = readVary(text);
    if (flags[key] !== undefined || varied.has(key))
      throw new Error(`${key} must be given once; got it again in --vary '${text}'`);
    varied.add(key);
    put('vary', key, values);
  }
  const base = Object.fromEntries([...fixed].map(([key, value]) => [key, oneValue(key, value)]));
  const list = [...axes].map(([key, values]) => ({ key, values }));
  const count = list.reduce((product, { values }) => product * values.length, 1);
  if (count > pointsAtMost) throw new Error(`points of a sweep must be at most 100,000; got ${count}`);
  const points = Array.from({ length: count }, (_, i) =>
    parse(simulationSettings, { ...base, ...combination(list, i) }, 'settings'),
  );
  return { axes: list, points };
}

/** Reads `schedule=1f1b`: an axis and one of its values. */
export function baselineIn(text: string, axes: readonly Axis[]): Baseline {
  if (!text.includes('='))
    throw new Error(`paired must be <setting>=<value>, an axis and one of its values; got '${text}'`);
  const [key, values] = readVary(text);
  const axis = axes.find((one) => one.key === key);
  const value = axis && values.length === 1 ? oneValue(key, values[0]) : undefined;
  if (axis === undefined || value === undefined || !axis.values.includes(value)) {
    const known = axes.map((one) => `${one.key}=${one.values.join('|')}`).join(', ') || 'there is no axis';
    const pairs = axes.flatMap((one) => one.values.map((each) => `${one.key}=${each}`));
    throw new Error(refusal('paired', `an axis and one of its values (${known})`, text, pairs));
  }
  return { axis, value };
}

/** The i-th of all combinations. */
function combination(axes: readonly Axis[], i: number): Record<string, Value> {
  let rest = i;
  const chosen: [string, Value][] = [];
  for (const { key, values } of axes.toReversed()) {
    chosen.unshift([key, values[rest % values.length]]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(chosen);
}

function readVary(text: string): [key: Key, values: readonly unknown[]] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`vary must be <setting>=<value>,<value>,…; got '${text}'`);
  const key = mustBeKnown(
    'vary',
    text.slice(0, at).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()),
  );
  const rest = text.slice(at + 1);
  const bars = rest.includes('|') || withCommas.includes(key);
  const parts = bars ? rest.split('|').map((part) => part.trim()) : memberList(rest);
  const yes = typeof simulationShape[key].safeParse(undefined).data === 'boolean';
  return [key, yes ? parts.map((part) => ({ true: true, false: false })[part] ?? part) : parts];
}

function mustBeKnown(of: string, key: string): Key {
  if (Object.hasOwn(simulationShape, key)) return key as Key;
  throw unknownSetting(of, key, Object.keys(simulationShape));
}

function valuesOf(key: Key, given: readonly unknown[]): readonly Value[] {
  if (given.length === 0) throw new Error(`${key} must have one value or more; got none`);
  const values = given.map((value) => oneValue(key, value ?? undefined));
  const twice = values.findIndex((value, i) => values.indexOf(value) !== i);
  if (twice >= 0) throw new Error(`values of ${key} must be different; got '${given[twice]}' twice`);
  return values;
}

/** One value of a setting, as its rule has it. */
function oneValue(key: Key, given: unknown): Value {
  const value = parse(simulationShape[key] as z.ZodType<Value>, given, 'settings');
  mustBeReadable({ [key]: value });
  return value;
}
