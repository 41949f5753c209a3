import { must } from '../core/check.ts';
import { Arena } from '../core/memory/arena.ts';
import { make, moduleOf, type Plan } from '../core/plan.ts';
import { fastestKernels } from '../kernels/fastest.ts';
import type { Workplace } from '../kernels/kernel.ts';
import { plain } from '../products/plain.ts';
import type { TileGround } from '../tiles/tile.ts';

/** The families whose members commands take by their path, and how a sentence names one. */
export const familyNames = {
  layer: 'a layer',
  negatives: 'a sampler of negatives',
  schedule: 'a schedule',
  tile: 'a tile',
  loss: 'a loss',
  optimiser: 'an optimiser',
  goodness: 'a goodness',
  selection: 'a selection',
  cell: 'a kind of cell',
  update: 'an update scheme',
} as const;
export type Family = keyof typeof familyNames;

type Parts = Readonly<Record<string, unknown>>;
const isFunction = (value: unknown): boolean => typeof value === 'function';

/** What `create` makes has, in each family; a layer's module has it. */
const shapes: Readonly<Record<Family, readonly [string, (made: Parts) => boolean]>> = {
  layer: ['create, emits and cost in its module, and a plan that learns locally or backward', isLayer],
  negatives: ['draw() or drawImages()', ({ draw, drawImages }) => isFunction(draw) || isFunction(drawImages)],
  schedule: ['serves, and next() or order()', isSchedule],
  tile: ['tile()', ({ tile }) => isFunction(tile)],
  loss: ['slopes() and alpha', ({ slopes, alpha }) => isFunction(slopes) && typeof alpha === 'number'],
  optimiser: ['rate() and stepper()', ({ rate, stepper }) => isFunction(rate) && isFunction(stepper)],
  selection: ['choose()', ({ choose }) => isFunction(choose)],
  goodness: ['weight()', ({ weight }) => isFunction(weight)],
  cell: ['cells()', ({ cells }) => isFunction(cells)],
  update: ['updater()', ({ updater }) => isFunction(updater)],
};

function isLayer({ create, emits, cost, learns }: Parts): boolean {
  return [create, emits, cost].every(isFunction) && (learns === 'locally' || learns === 'backward');
}

function isSchedule({ serves, next, order }: Parts): boolean {
  return Array.isArray(serves) && (isFunction(next) || isFunction(order));
}

/** Whether a value is a plan: it names a module and itself. */
export function isPlan(value: unknown): value is Plan<unknown> {
  const plan = value as Partial<Plan<unknown>> | null | undefined;
  return typeof plan?.module === 'string' && typeof plan.name === 'string';
}

/** Room for a member that works on memory, and what does the elementwise work there. */
export async function workplace(): Promise<Workplace> {
  const arena = Arena.over();
  return { arena, kernels: await make(fastestKernels().plan, arena) };
}

/** What a tile is made with: the products that run everywhere. */
export async function tileGround(place: Workplace): Promise<TileGround> {
  return { ...place, products: await make(plain(), place.arena) };
}

/**
 * What a plan makes, looked at: of a layer its module and plan, of all else what `create` returns.
 *
 * @param thing  the member, for errors: `negatives ./mine.ts`
 * @throws {Error} where the module can't be imported, or makes no member of this family
 */
export async function mustMake(family: Family, plan: Plan<unknown>, thing: string): Promise<unknown> {
  const made = await madeBy(family, plan);
  const [parts, fits] = shapes[family];
  const holds = typeof made === 'object' && made !== null && fits(made as Parts);
  must(holds, thing, `${familyNames[family]}, with ${parts}`, await likelier(plan));
  return made;
}

/** The families that what a plan makes could be of: one, unless it is none at all. */
export async function familiesOf(plan: Plan<unknown>): Promise<Family[]> {
  const found: Family[] = [];
  for (const family of Object.keys(shapes) as Family[]) {
    const made = await madeBy(family, plan).catch(() => undefined);
    if (typeof made === 'object' && made !== null && shapes[family][1](made as Parts)) found.push(family);
  }
  return found;
}

async function madeBy(family: Family, plan: Plan<unknown>): Promise<unknown> {
  if (family === 'layer') return { ...(await moduleOf(plan)), ...plan };
  if (family !== 'tile') return make(plan);
  return make(plan as Plan<unknown, never> as Plan<unknown, TileGround>, await tileGround(await workplace()));
}

/** What it is instead. */
async function likelier(plan: Plan<unknown>): Promise<string> {
  const [family] = await familiesOf(plan);
  return family === undefined ? `'${plan.name}', which is of no family` : familyNames[family];
}
