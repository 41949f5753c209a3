import { adwin, type DetectorFactory, ddm, eddm, hddmA, hddmW, kswin, pageHinkley } from '../../../extend.ts';
import { nearest } from '../../nearest.ts';

const named: Readonly<Record<string, () => DetectorFactory>> = {
  adwin,
  ddm,
  eddm,
  hddmA,
  hddmW,
  kswin,
  pageHinkley,
};

/**
 * `adwin,ddm`, or `none`.
 *
 * @throws {Error} one sentence
 */
export function detectorsOf(spec: string): DetectorFactory[] {
  if (spec === 'none') return [];
  return spec.split(',').map((part) => {
    const name = part.trim();
    if (Object.hasOwn(named, name)) return named[name]();
    const names = Object.keys(named);
    throw new Error(
      `detectors must be none or some of ${names.join(', ')}; got '${name}'${nearest(name, names)}`,
    );
  });
}
