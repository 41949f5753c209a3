import { refusal } from '../../../extend.ts';
import { type Arrivals, bursts, daily, onOff, poisson, regular, replay } from '../../../simulation.ts';
import { optionsIn } from '../../members/member-spec.ts';
import { readText } from '../../settings/files/text-file.ts';
import { duration, numberIn, rate } from '../../settings/quantities.ts';

/** What `--arrivals` accepts. */
export const arrivalNames = ['constant', 'poisson', 'bursts', 'on-off', 'daily'];

const rule =
  'constant, poisson, bursts[:ratio=5,share=0.1,lasts=200ms], on-off[:on=200ms,off=800ms,shape=1.5], daily[:swing=0.8,period=24h] or the path of a file of times';

/** bytes of a file of times */
const mostBytes = 200e6;

type Options = Readonly<Record<string, unknown>>;

/** Each kind of arrivals, and how its options are read. */
const kinds: Readonly<Record<string, (perSecond: number, options: Options) => Arrivals>> = {
  constant: (perSecond) => regular(perSecond),
  poisson: (perSecond) => poisson(perSecond),
  bursts: (perSecond, { ratio, share, lasts }) =>
    bursts(perSecond, { ratio: number(ratio), share: number(share), lasts: time('lasts', lasts) }),
  'on-off': (perSecond, { on, off, shape }) =>
    onOff(perSecond, { on: time('on', on), off: time('off', off), shape: number(shape) }),
  daily: (perSecond, { swing, period }) =>
    daily(perSecond, { swing: number(swing), period: time('period', period) }),
};

/** What options each kind has. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  bursts: ['ratio', 'share', 'lasts'],
  'on-off': ['on', 'off', 'shape'],
  daily: ['swing', 'period'],
};

/**
 * @param spec   a kind of arrivals with options, or the path of a file: a time in seconds on each line, ascending
 * @param speed  samples per second in the long run; of a file left out
 * @throws {Error} one sentence
 */
export async function arrivalsOf(spec: string, speed: string | undefined): Promise<Arrivals> {
  const [, name = spec, pairs] = /^([a-z-]+)(?::(.*))?$/s.exec(spec) ?? [];
  const make = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (make === undefined) {
    if (/[./\\]/.test(spec)) return replayOf(spec, speed);
    throw new Error(refusal('arrivals', rule, spec, arrivalNames, name));
  }
  if (speed === undefined) throw new Error(`rate must be given with arrivals '${name}'; got none`);
  const options = optionsIn(`arrivals ${name}`, pairs);
  const known = optionsOf[name] ?? [];
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new Error(refusal(`option of arrivals '${name}'`, known.join(', ') || 'left out', unknown, known));
  return make(rate('rate', speed), options);
}

async function replayOf(path: string, speed: string | undefined): Promise<Arrivals> {
  if (speed !== undefined)
    throw new Error(`rate must be left out with arrivals of a file, which has its own; got '${speed}'`);
  const text = await readText(path, `arrivals ${path}`, mostBytes);
  const lines = text.split(/\r?\n/);
  const times: number[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const thing = `line ${i + 1} of ${path}`;
    times.push(1e9 * numberIn(thing, line.trim(), 'a time in seconds', Number.isFinite));
  }
  try {
    return replay(times);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

function number(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function time(thing: string, value: unknown): number | undefined {
  return value === undefined ? undefined : duration(thing, String(value));
}
