import { refusal } from '../../extend.ts';

/** Numbers with units, from a command line: `18.522ms`, `0.8/ms`, `10GB/s`. All complain alike. */

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 6e10,
  h: 3.6e12,
};
const bytes: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 },
};

const bits: Readonly<Record<string, number>> = {
  ...{ bit: 1 / 8, kbit: 1e3 / 8, Mbit: 1e6 / 8, Gbit: 1e9 / 8, Tbit: 1e12 / 8 },
};

/** @returns nanoseconds; @throws {Error} naming `thing` */
export function duration(thing: string, value: string): number {
  return quantity(thing, value, nanoseconds, 'a time, 0 or more, such as 1.5ms (ns, us, ms, s, min, h)');
}

/** @returns per second, above 0 */
export function rate(thing: string, value: string): number {
  const rule = 'a rate above 0, such as 0.8/ms';
  const [count, unit, ...more] = value.split('/');
  const of = nanoseconds[unit?.trim() ?? ''];
  const number = Number(count);
  if (count.trim() === '' || more.length > 0 || of === undefined || !(number > 0) || !Number.isFinite(number))
    throw new Error(refusal(thing, rule, value, of ? [] : Object.keys(nanoseconds), unit?.trim()));
  return (number * 1e9) / of;
}

export function size(thing: string, value: string): number {
  return quantity(thing, value, bytes, 'a size, 0 or more, such as 4MB (B, kB, MB, GB, KiB, MiB, GiB)');
}

/** One size, or several with commas between. */
export function sizes(thing: string, value: string): number | number[] {
  const each = value.split(',').map((one) => size(thing, one));
  return each.length === 1 ? each[0] : each;
}

/** @returns bytes per second */
export function bandwidth(thing: string, value: string): number {
  const rule = 'a bandwidth above 0 in bytes or bits, such as 1.25GB/s or 10Gbit/s';
  const [of, per, ...more] = value.split('/');
  if (per?.trim() !== 's' || more.length > 0) throw new Error(`${thing} must be ${rule}; got '${value}'`);
  const amount = quantity(thing, of, { ...bytes, ...bits }, rule, value);
  if (!(amount > 0)) throw new Error(`${thing} must be ${rule}; got '${value}'`);
  return amount;
}

/** @param names  that may stand in the place of the number @throws {Error} unless it is a finite number within the bounds */
export function numberIn(
  thing: string,
  value: string,
  rule: string,
  fits: (value: number) => boolean,
  names: readonly string[] = [],
): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || !fits(number))
    throw new Error(refusal(thing, rule, value, names));
  return number;
}

function quantity(
  thing: string,
  value: string,
  units: Readonly<Record<string, number>>,
  rule: string,
  whole = value,
): number {
  const [, number, unit] = value.trim().match(/^(\S*?)\s*([^\d\s.]*)$/) ?? [];
  const scale = units[unit ?? ''];
  const amount = Number(number);
  const zero = amount === 0 && unit === '';
  if (!number || (scale === undefined && !zero) || !Number.isFinite(amount) || amount < 0)
    throw new Error(
      // a word alone is no unit that was misspelt
      refusal(thing, rule, whole, scale === undefined && number ? unitsLike(unit ?? '', units) : [], unit),
    );
  return zero ? 0 : amount * scale;
}

/** Those that a unit may be meant for: where there are bits, a small b at its end is one. */
function unitsLike(unit: string, units: Readonly<Record<string, number>>): string[] {
  const all = Object.keys(units);
  const ofBits = all.filter((one) => one.endsWith('bit'));
  return unit.endsWith('b') && ofBits.length > 0 ? ofBits : all;
}
