import { type Family, isPlan, type LayerPlan, mustMake, type Plan } from '../../extend.ts';
import { factoryIn, type MemberFactory, planFrom } from './member-file.ts';
import { isPath, memberSpec } from './member-spec.ts';

/** The settings that take a member of one's own, and the family it must be of. */
const families = {
  rule: 'layer',
  negatives: 'negatives',
  schedule: 'schedule',
  tile: 'tile',
  loss: 'loss',
  optimiser: 'optimiser',
  goodness: 'goodness',
  select: 'selection',
  cell: 'cell',
  update: 'update',
} as const satisfies Readonly<Record<string, Family>>;
export type MemberSetting = keyof typeof families;

/** A member of one's own, loaded on this thread. */
export interface OwnMember {
  /** path and options, as settings hold them */
  readonly name: string;
  /** that were given behind the path */
  readonly options: Readonly<Record<string, unknown>>;
  /** what its plan makes, where that is made on this thread; of a layer its plan */
  readonly made: unknown;
  readonly takes: MemberFactory['takes'];
  /** @param given  what its place in the pipeline gives; options behind the path go before */
  plan(given?: object): Plan<unknown>;
}

const loaded = new Map<string, OwnMember>();

/**
 * Reads the module of a member that is named by its path; any other name is left as it is.
 *
 * @returns the name by which `ownMember` finds it, which goes into config.json: its path from the root, and its options
 * @throws {Error} one sentence, when the module can't be loaded or has no member of the setting's family
 */
export async function loadMember(setting: MemberSetting, text: string): Promise<string> {
  if (!isPath(text)) return text;
  const { path, options, name } = memberSpec(setting, text);
  const key = `${setting} ${name}`;
  if (loaded.has(key)) return name;
  const thing = `${setting} ${text}`;
  const factory = await factoryIn(path, thing);
  const plan = (given: object = {}): Plan<unknown> => planFrom(factory, { ...given, ...options }, thing);
  const first = plan(families[setting] === 'layer' ? { units: 1 } : {});
  const made = await mustMake(families[setting], first, thing);
  loaded.set(key, { name, options, made, takes: factory.takes, plan });
  return name;
}

/** Reads every member that settings name by a path. @returns the settings, with paths from the root */
export async function withMembers<T>(settings: T): Promise<T> {
  const read = { ...settings } as Record<string, unknown>;
  for (const setting of Object.keys(families) as MemberSetting[]) {
    const value = read[setting];
    if (typeof value === 'string') read[setting] = await loadMember(setting, value);
  }
  if (Array.isArray(read.rules)) {
    const rules: string[] = [];
    for (const rule of read.rules) rules.push(await loadMember('rule', rule));
    read.rules = rules;
  }
  return read as T;
}

/** A member that was read before; undefined where the setting is a name. */
export function ownMember(setting: MemberSetting, name: string): OwnMember | undefined {
  if (!isPath(name)) return undefined;
  const found = loaded.get(`${setting} ${memberSpec(setting, name).name}`);
  if (found === undefined)
    throw new Error(`${setting} ${name} must be read before it is planned; got no module`);
  return found;
}

/** What the layers of an own rule learn by, and with which input: as its plan says. */
export function layerOf(rule: string): LayerPlan | undefined {
  const made = ownMember('rule', rule)?.made;
  return isPlan(made) ? (made as unknown as LayerPlan) : undefined;
}

/** What reports call a rule: its name, or that of the plan of a layer of one's own. */
export function titleOf(rule: string): string {
  return layerOf(rule)?.name ?? rule;
}
