import {
  adwin,
  type DetectorFactory,
  ddm,
  eddm,
  hddmA,
  hddmW,
  kswin,
  pageHinkley,
  refusal,
} from '../../../extend.ts';

const named: Readonly<Record<string, () => DetectorFactory>> = {
  adwin,
  ddm,
  eddm,
  hddmA,
  hddmW,
  kswin,
  pageHinkley,
};

/** What `--detectors` may name. */
export const detectorNames = Object.keys(named);

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
    throw new Error(
      refusal('detectors', `none or some of ${detectorNames.join(', ')}`, name, ['none', ...detectorNames]),
    );
  });
}
