import {
  abrupt,
  gradual,
  incremental,
  inputGain,
  labelPermutation,
  newClasses,
  pixelPermutation,
  priorShift,
  recurring,
  refusal,
  type Shift,
  type ShiftAt,
  type When,
} from '../../../extend.ts';

/** how a shift comes, and how many numbers it takes behind the @ */
const whens: Readonly<Record<string, { readonly numbers: number; make(a: number, b: number): When }>> = {
  abrupt: { numbers: 1, make: abrupt },
  gradual: { numbers: 2, make: gradual },
  incremental: { numbers: 2, make: incremental },
  recurring: { numbers: 2, make: recurring },
};
/** what shifts, and how what stands behind its = is read */
const whats: Readonly<Record<string, (values: readonly number[] | undefined) => Shift>> = {
  labels: withoutValue('labels', labelPermutation),
  pixels: withoutValue('pixels', pixelPermutation),
  priors: (values) => priorShift(values),
  classes: (values) => newClasses(values?.length === 1 ? values[0] : values),
  gain: (values) => inputGain(oneOf('gain', values)),
};
const form = '<when>@<sample>[/<samples>][:<what>], such as abrupt@20000 or gradual@20000/5000:pixels';

/**
 * What `--shift` says: `abrupt@20000`, `gradual@20000/5000:pixels`, `incremental@20000/5000:gain=2`, `abrupt@9000:classes=3`,
 * `abrupt@9000:classes=8/9`, `recurring@10000/10000:priors=1/1/0.2`.
 *
 * @throws {Error} one sentence
 */
export function shiftOf(spec: string): ShiftAt {
  const [, name, first, second, what = 'labels'] =
    /^([a-z-]+)@(\d+(?:e\d+)?)(?:\/(\d+(?:e\d+)?))?(?::(.+))?$/is.exec(spec.trim()) ?? [];
  if (name === undefined) throw new Error(refusal('shift', form, spec, Object.keys(whens)));
  const when = named(whens, name, 'when of a shift');
  if ((second === undefined) !== (when.numbers === 1))
    throw new Error(`shift must be ${name}@<sample>${when.numbers === 1 ? '' : '/<samples>'}; got '${spec}'`);
  const [kind, value] = what.split(/=(.*)/s);
  return {
    when: when.make(Number(first), Number(second)),
    shift: named(whats, kind, 'what of a shift')(value === undefined ? undefined : numbersIn(kind, value)),
  };
}

function numbersIn(kind: string, text: string): number[] {
  const numbers = text.split('/').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every(Number.isFinite))
    throw new Error(`${kind} of a shift must be numbers, with / between; got '${text}'`);
  return numbers;
}

function oneOf(kind: string, values: readonly number[] | undefined): number | undefined {
  if (values !== undefined && values.length !== 1)
    throw new Error(`${kind} of a shift must be one number; got ${values.join('/')}`);
  return values?.[0];
}

function withoutValue(kind: string, make: () => Shift): (values: readonly number[] | undefined) => Shift {
  return (values) => {
    if (values !== undefined) throw new Error(`${kind} of a shift takes no number; got ${values.join('/')}`);
    return make();
  };
}

function named<T>(all: Readonly<Record<string, T>>, name: string, thing: string): T {
  if (Object.hasOwn(all, name)) return all[name];
  const names = Object.keys(all);
  throw new Error(refusal(thing, names.join(', '), name, names));
}
