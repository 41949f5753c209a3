import type { Detection } from '../../measures/detections.ts';
import type { DetectionScore } from './stress-report.ts';

/** A change in the stream: the first sample that may be of the new world, and the first that surely is. */
export interface KnownChange {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/**
 * Scores detections against where the stream changed. The first detection from a change on, and before the next, finds it; further
 * ones until it is complete and `settle` samples more belong to it too; all others are false alarms.
 *
 * @param samples  of the stream that were looked at
 * @param settle   samples; left out, 1,000
 */
export function detectionScores(
  detections: readonly Detection[],
  changes: readonly KnownChange[],
  samples: number,
  settle = 1000,
): DetectionScore[] {
  const groups = new Map<string, Detection[]>();
  for (const one of detections) {
    const key = `${one.on}\n${one.detector}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map((group) => scoreOf(group, changes, samples, settle));
}

function scoreOf(
  group: readonly Detection[],
  changes: readonly KnownChange[],
  samples: number,
  settle: number,
): DetectionScore {
  let belong = 0;
  const delays = changes.map(({ from, to }, i) => {
    const until = changes[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    const after = group.filter(({ at }) => at >= from && at < until);
    belong += after.filter(({ at }, k) => k === 0 || at < to + settle).length;
    return after.length === 0 ? null : after[0].at - from;
  });
  const [{ detector, on }] = group;
  const falseAlarmsPer1000 = samples === 0 ? 0 : (1000 * (group.length - belong)) / samples;
  return { detector, on, delays, falseAlarmsPer1000 };
}

/** Who noticed each change first: of the layers, the one with the earliest detection from the change on and before the next. */
export function firstToNotice(
  detections: readonly Detection[],
  changes: readonly KnownChange[],
): readonly (Detection | undefined)[] {
  return changes.map(({ from }, i) => {
    const until = changes[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    const layers = detections.filter(({ at, on }) => on !== 'error' && at >= from && at < until);
    return layers.reduce<Detection | undefined>(
      (first, one) => (first === undefined || one.at < first.at ? one : first),
      undefined,
    );
  });
}
