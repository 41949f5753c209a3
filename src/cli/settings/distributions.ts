import { refusal } from '../../extend.ts';
import { constant, type Distribution, empirical, exponential, lognormal } from '../../simulation.ts';
import { duration, numberIn } from './quantities.ts';

const names = ['exp', 'lognormal', 'values'];
const factors = ['none', 'lognormal', 'exp'];
const forms = 'a time, exp:<mean>, lognormal:<cv>:<mean> or values:<time>;<time>;…';

/**
 * How long something lasts: `1.5ms`, `exp:1ms`, `lognormal:0.1:1ms`, `values:1ms;2ms`.
 *
 * @throws {Error} naming `thing`, the forms there are, and what was given
 */
export function lasting(thing: string, text: string): Distribution {
  const [name, ...parts] = text.split(':');
  if (parts.length === 0 && !names.includes(name)) return constant(duration(thing, text));
  if (name === 'exp' && parts.length === 1) return exponential(above0(thing, parts[0], text));
  if (name === 'lognormal' && parts.length === 2) {
    return lognormal(cvIn(thing, parts[0]), above0(thing, parts[1], text));
  }
  if (name === 'values' && parts.length === 1) {
    return empirical(parts[0].split(';').map((value) => duration(thing, value)));
  }
  throw new Error(refusal(thing, forms, text, names, name));
}

/** By how much something is stretched: `lognormal:0.1`, or `exp`; its mean is 1. */
export function stretching(thing: string, text: string): Distribution | undefined {
  const [name, ...parts] = text.split(':');
  if (text === 'none') return undefined;
  if (name === 'lognormal' && parts.length === 1) return lognormal(cvIn(thing, parts[0]));
  if (name === 'exp' && parts.length === 0) return exponential(1);
  throw new Error(refusal(thing, 'none, lognormal:<cv> or exp', text, factors, name));
}

function cvIn(thing: string, text: string): number {
  return numberIn(`cv of ${thing}`, text, 'a number, 0 or more', (cv) => cv >= 0);
}

function above0(thing: string, text: string, whole: string): number {
  const mean = duration(thing, text);
  if (mean > 0) return mean;
  throw new Error(`mean of ${thing} must be above 0; got '${whole}'`);
}
