import type { DetectorFactory } from '../../src/extend.ts';
import { adwin, ddm, eddm, hddmA, hddmW, kswin, pageHinkley } from '../../src/extend.ts';

/** A sequence of values that fixtures/river/detections.py makes too, to the same bits. */
export interface Sequence {
  readonly name: string;
  readonly kind: 'bits' | 'shares' | 'ties' | 'normal' | 'constant';
  readonly seed: number;
  readonly segments: readonly { readonly length: number; readonly from: number; readonly to: number }[];
  readonly detectors: readonly string[];
  /** options of detectors, by name */
  readonly options?: Readonly<Record<string, object>>;
}

export interface Detections {
  readonly sequence: string;
  readonly detector: string;
  readonly drifts: readonly number[];
  /** first and last value of each run of warnings */
  readonly warnings: readonly (readonly [number, number])[];
}

export const factories: Readonly<Record<string, (options?: object) => DetectorFactory>> = {
  adwin,
  ddm,
  eddm,
  hddmA,
  hddmW,
  kswin,
  pageHinkley,
};

export function* valuesOf({ kind, seed, segments }: Pick<Sequence, 'kind' | 'seed' | 'segments'>) {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (const { length, from, to } of segments)
    for (let i = 0; i < length; i++) {
      const level = from + (to - from) * (i / length);
      if (kind === 'bits') yield draw() < level ? 1 : 0;
      else if (kind === 'shares') yield draw() * level;
      else if (kind === 'ties') yield Math.trunc(level + 3 * draw());
      else if (kind === 'normal') {
        let sum = 0;
        for (let k = 0; k < 12; k++) sum += draw();
        yield level + 0.5 * (sum - 6);
      } else yield level;
    }
}

/** What a detector of ours finds, as the fixture says it. */
export function detectionsOf(sequence: Sequence, detector: string): Detections {
  const found = factories[detector](sequence.options?.[detector]).make();
  const drifts: number[] = [];
  const warnings: [number, number][] = [];
  let i = 0;
  for (const value of valuesOf(sequence)) {
    const verdict = found.update(value);
    if (verdict === 'drift') drifts.push(i);
    if (verdict === 'warning') {
      const last = warnings.at(-1);
      if (last?.[1] === i - 1) last[1] = i;
      else warnings.push([i, i]);
    }
    i++;
  }
  return { sequence: sequence.name, detector, drifts, warnings };
}
