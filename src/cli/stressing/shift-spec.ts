import { abrupt, labelPermutation, type Shift, type ShiftAt, type When } from '../../extend.ts';
import { nearest } from '../nearest.ts';

/** how a shift comes, and how many numbers it takes behind the @ */
const whens: Readonly<Record<string, { readonly numbers: number; make(a: number, b: number): When }>> = {
  abrupt: { numbers: 1, make: abrupt },
};
const whats: Readonly<Record<string, (value: string | undefined) => Shift>> = {
  labels: () => labelPermutation(),
};
const form = '<when>@<sample>[/<samples>][:<what>], such as abrupt@20000 or gradual@20000/5000:pixels';

/**
 * What `--shift` says: `abrupt@20000`, `abrupt@20000:labels`.
 *
 * @throws {Error} one sentence
 */
export function shiftOf(spec: string): ShiftAt {
  const [, name, first, second, what = 'labels'] =
    /^([a-z-]+)@(\d+(?:e\d+)?)(?:\/(\d+(?:e\d+)?))?(?::(.+))?$/is.exec(spec.trim()) ?? [];
  if (name === undefined) throw new Error(`shift must be ${form}; got '${spec}'`);
  const when = named(whens, name, 'when of a shift');
  if ((second === undefined) !== (when.numbers === 1))
    throw new Error(`shift must be ${name}@<sample>${when.numbers === 1 ? '' : '/<samples>'}; got '${spec}'`);
  const [kind, value] = what.split(/=(.*)/s);
  return {
    when: when.make(Number(first), Number(second)),
    shift: named(whats, kind, 'what of a shift')(value),
  };
}

function named<T>(all: Readonly<Record<string, T>>, name: string, thing: string): T {
  if (Object.hasOwn(all, name)) return all[name];
  const names = Object.keys(all);
  throw new Error(`${thing} must be ${names.join(', ')}; got '${name}'${nearest(name, names)}`);
}
