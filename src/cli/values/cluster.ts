import { z } from 'zod';
import { refusal } from '../../extend.ts';
import type { Cluster, LinkLevel, MemoryModel, Scenario } from '../../simulation.ts';
import { unknownSetting } from '../settings/fields.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { bandwidth, duration, numberIn, size, sizes } from '../settings/quantities.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import type { ProfileCosts } from './profile.ts';

const form = 'nodes=8,devices=8,inside=2us@300GB/s,between=20us@25GB/s';
const keys = ['nodes', 'devices', 'inside', 'between', 'oversubscription', 'map'];

const level = z.union([
  z.string(),
  z.strictObject({ latency: z.string(), bandwidth: z.string().optional() }),
]);
const clusterFile = z.strictObject({
  nodes: z.number(),
  devices: z.number(),
  inside: level,
  between: level.optional(),
  oversubscription: z.number().optional(),
  map: z.union([z.string(), z.array(z.number())]).optional(),
});

/** What a scenario has of a cluster. */
export async function clusterOf(
  settings: SimulationSettings,
): Promise<Pick<Scenario, 'cluster' | 'parallel'>> {
  const { cluster: text, map, tensor, dataParallel, tensorReduces } = settings;
  if (text === undefined) {
    for (const [key, value] of Object.entries({ map, tensor, dataParallel, tensorReduces }))
      if (value !== undefined && value !== (key === 'tensorReduces' ? 0 : 1))
        throw new Error(`cluster must be given with ${key}; got none`);
    return {};
  }
  const cluster = text.includes('=') ? clusterIn(text) : await clusterFrom(text);
  return {
    cluster: { ...cluster, ...(map !== undefined && { map: mapIn(map) }) },
    parallel: { tensor, replicas: dataParallel, tensorReduces },
  };
}

/** `nodes=8,devices=8,inside=2us@300GB/s,between=20us@25GB/s,oversubscription=2` */
export function clusterIn(text: string): Cluster {
  const given = new Map<string, string>();
  for (const part of text.split(',')) {
    const [key, value, ...more] = part.split('=').map((piece) => piece.trim());
    if (!keys.includes(key) || !value || more.length > 0)
      throw new Error(refusal('cluster', `of the form ${form}`, part, keys, key));
    if (given.has(key)) throw new Error(`cluster must name ${key} once; got '${text}'`);
    given.set(key, value);
  }
  return clusterWith((key) => given.get(key), text);
}

async function clusterFrom(path: string): Promise<Cluster> {
  const thing = `cluster ${path}`;
  const { map, ...given } = fileOf(parseJson(await readText(path, thing), thing), thing);
  const cluster = clusterWith((key) => textOf(given[key as keyof typeof given]), path);
  return { ...cluster, ...(map !== undefined && { map: typeof map === 'string' ? mapIn(map) : map }) };
}

function fileOf(value: unknown, thing: string): z.infer<typeof clusterFile> {
  const parsed = clusterFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues.flatMap(insideOf);
  const where = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = where === '' ? keys : ['latency', 'bandwidth'];
    throw unknownSetting(where === '' ? thing : `${where} of ${thing}`, issue.keys[0], known);
  }
  throw new Error(
    `${thing} must hold nodes, devices, inside and between; got ${where ? `${where}: ` : ''}${issue.message}`,
  );
}

/** What a value breaks of the union's member that it is nearest to: the last one, where it is an object. */
function insideOf(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inside = issue.errors.at(-1) ?? [];
  return inside.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

function textOf(value: z.infer<typeof level> | number | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value.bandwidth === undefined ? value.latency : `${value.latency}@${value.bandwidth}`;
}

function clusterWith(of: (key: string) => string | undefined, whole: string): Cluster {
  const count = (key: string): number => {
    const value = of(key);
    if (value === undefined) throw new Error(`cluster must name ${key}, as in ${form}; got '${whole}'`);
    return numberIn(
      `${key} of the cluster`,
      value,
      'a whole number, 1 or more',
      (n) => Number.isInteger(n) && n >= 1,
    );
  };
  const [inside, between, over, map] = ['inside', 'between', 'oversubscription', 'map'].map(of);
  if (inside === undefined) throw new Error(`cluster must name inside, as in ${form}; got '${whole}'`);
  const [nodes, devices] = [count('nodes'), count('devices')];
  if (nodes > 1 && between === undefined)
    throw new Error(`cluster must name between, as in ${form}; got '${whole}'`);
  return {
    ...{ nodes, devices, inside: levelIn('inside', inside) },
    ...(between !== undefined && { between: levelIn('between', between) }),
    ...(over !== undefined && {
      oversubscription: numberIn('oversubscription', over, 'a number, 1 or more', (n) => n >= 1),
    }),
    ...(map !== undefined && { map: mapIn(map) }),
  };
}

/** `2us@300GB/s`, or a latency alone. */
function levelIn(name: string, text: string): LinkLevel {
  const [latency, width, ...more] = text.split('@');
  if (more.length > 0)
    throw new Error(`${name} must be <latency>@<bandwidth>, such as 2us@300GB/s; got '${text}'`);
  return {
    latency: duration(`latency ${name}`, latency),
    ...(width !== undefined && { bandwidth: bandwidth(`bandwidth ${name}`, width) }),
  };
}

export function mapIn(text: string): NonNullable<Cluster['map']> {
  if (text === 'replicas' || text === 'stages') return text;
  const rule = 'replicas, stages or whole numbers with commas between, the first slot of each stage';
  const fits = (n: number): boolean => Number.isInteger(n) && n >= 0;
  return text.split(',').map((slot) => numberIn('map', slot, rule, fits, ['replicas', 'stages']));
}

/** What devices hold, where anything is said of it. */
export function memoryOf(
  settings: SimulationSettings,
  profile: ProfileCosts | undefined,
): Pick<Scenario, 'memory'> {
  const { memory, held, weights, optimiserState, dataParallel } = settings;
  const known = [memory, held, weights, optimiserState].some((one) => one !== undefined);
  if (!known && dataParallel === 1) return {};
  const given = (thing: string, text: string | undefined) =>
    text === undefined ? undefined : sizes(thing, text);
  const limit = memory === undefined ? undefined : size('memory', memory);
  if (limit === 0) throw new Error(`memory must be above 0; got '${memory}'`);
  const bytes: MemoryModel['weights'] | undefined = given('weights', weights) ?? profile?.weights;
  if (bytes === undefined && dataParallel > 1)
    throw new Error(
      'weights must be given with dataParallel, for replicas exchange their gradients; got none',
    );
  return {
    memory: {
      ...(limit !== undefined && { limit }),
      held: given('held', held) ?? profile?.held ?? activationOf(settings, profile),
      weights: bytes ?? 0,
      state: given('optimiserState', optimiserState) ?? 0,
    },
  };
}

/** Bytes of an activity on the links out of each stage. */
export function activationOf(
  { activation }: SimulationSettings,
  profile: ProfileCosts | undefined,
): number | readonly number[] {
  const given = sizes('activation', activation);
  return given === 0 ? (profile?.bytes ?? 0) : given;
}
