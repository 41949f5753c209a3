import { refusal } from '../../extend.ts';
import { constant, type Distribution, type Scenario, type StageCosts, scaled } from '../../simulation.ts';
import { lasting } from '../settings/distributions.ts';
import { isLocal, unitsOf } from '../settings/schedules.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import type { ProfileCosts } from './profile.ts';

type Op = (typeof opNames)[number];
const opNames = ['F', 'B', 'W', 'U'] as const;
type Ops = ReadonlyMap<Op, Distribution>;

const splitNote = 'B is the whole backward here, split in equal parts: B and W';

/** Costs of every stage, in the units that the schedule's rule takes. @param note  is told what was read in another way than it stands */
export function costsOf(
  settings: SimulationSettings,
  name: string,
  profile: ProfileCosts | undefined,
  note: (text: string) => void = () => {},
): Scenario['costs'] {
  const { layers, stages, costOf } = settings;
  const every = profile ? profile.costs : costOfText(settings.cost, name, note);
  const layered = layers === undefined ? every : sharedOut(every as StageCosts, layers, stages);
  if (costOf === undefined) return layered;
  const all = Array.isArray(layered)
    ? [...layered]
    : Array.from({ length: stages }, () => layered as StageCosts);
  const seen = new Set<number>();
  for (const part of costOf.split(';')) {
    const [, stage, ops] = part.match(/^\s*(\d+)\s*:(.*)$/) ?? [];
    if (ops === undefined) throw new Error(`costOf must be <stage>:F=…,B=…,W=…,U=… of times; got '${part}'`);
    const at = Number(stage);
    if (at >= stages) throw new Error(`stage of costOf must be below ${stages}, the stages; got ${stage}`);
    if (seen.has(at)) throw new Error(`costOf must name stage ${at} once; got '${costOf}'`);
    seen.add(at);
    all[at] = { ...all[at], ...costsIn(split(opsIn('costOf', ops), name, note), name) };
  }
  return all;
}

/** What embedding and loss cost beside the stages. */
export function endsOf(
  { embeddingCost, lossCost }: SimulationSettings,
  name: string,
  note: (text: string) => void = () => {},
): Pick<Scenario, 'ends'> {
  const end = (thing: string, text: string | undefined) =>
    text === undefined ? undefined : costsIn(split(opsIn(thing, text), name, note), name);
  const first = end('embeddingCost', embeddingCost);
  const last = end('lossCost', lossCost);
  return first || last ? { ends: { ...(first && { first }), ...(last && { last }) } } : {};
}

/** `F=1ms,B=1ms,W=1ms`, or one time. @throws {Error} when an op that the schedule has is missing */
function costOfText(text: string, name: string, note: (text: string) => void = () => {}): StageCosts {
  if (!text.includes('=')) {
    const cost = lasting('cost', text);
    return isLocal(name) ? { F: cost } : { F: cost, B: cost, W: cost };
  }
  const ops = split(opsIn('cost', text), name, note);
  const units = unitsOf(name);
  const missing = (['F', 'B', 'W'] as const).filter((op) => units[op] > 0 && !ops.has(op));
  if (missing.length > 0)
    throw new Error(
      `cost must name ${missing.join(' and ')}, which schedule ${name} has (${missing[0]}=0 says that it takes no time); got '${text}'`,
    );
  const none = constant(0);
  return { F: none, B: none, W: none, U: none, ...costsIn(ops, name) };
}

/** @throws {Error} unless a text is a cost of some schedule */
export function mustBeCost(text: string): void {
  if (text.includes('=')) opsIn('cost', text);
  else lasting('cost', text);
}

/** The ops that a text names, each once. */
function opsIn(thing: string, text: string): Ops {
  const given = new Map<Op, Distribution>();
  for (const part of text.split(',')) {
    const [op, value, ...more] = part.split('=').map((piece) => piece.trim());
    const rule = `${thing === 'cost' ? 'a time or ' : ''}F=…,B=…,W=…,U=… of times`;
    if (!opNames.includes(op as Op) || value === undefined || more.length > 0)
      throw new Error(refusal(thing, rule, text, opNames, op));
    if (given.has(op as Op)) throw new Error(`${thing} must name ${op} once; got '${text}'`);
    given.set(op as Op, lasting(`${thing} ${op}`, value));
  }
  return given;
}

/** A backward without its W is both: nobody means that weight gradients take no time. */
function split(ops: Ops, name: string, note: (text: string) => void): Ops {
  const backward = ops.get('B');
  if (backward === undefined || ops.has('W') || isLocal(name)) return ops;
  note(splitNote);
  const half = scaled(backward, 1 / 2);
  return new Map([...ops, ['B', half], ['W', half]]);
}

function costsIn(ops: Ops, name: string): Partial<StageCosts> {
  const units = { ...unitsOf(name), U: 1 };
  return Object.fromEntries([...ops].map(([op, cost]) => [op, scaled(cost, units[op])]));
}

/** Consecutive layers, as even as can be: the first stages take one more. */
function sharedOut(one: StageCosts, layers: number, stages: number): StageCosts[] {
  if (stages > layers) throw new Error(`stages must be at most ${layers}, the layers; got ${stages}`);
  return Array.from({ length: stages }, (_, stage) => {
    const count = Math.floor(layers / stages) + (stage < layers % stages ? 1 : 0);
    const all = (cost: Distribution | undefined) => cost && scaled(cost, count);
    const [B, W, U] = [all(one.B), all(one.W), all(one.U)];
    return { F: scaled(one.F, count), ...(B && { B }), ...(W && { W }), ...(U && { U }) };
  });
}
