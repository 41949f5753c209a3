import type { Detection } from '../../measures/detections.ts';

/** A change in the stream: the first sample that may be of the new world, and the first that surely is. */
export interface KnownChange {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/** How well one detector on one sequence found the changes. */
export interface DetectionScore {
  readonly detector: string;
  readonly on: string;
  /** mean samples from a change to its detection; undefined where none was found */
  readonly delay: number | undefined;
  readonly found: number;
  readonly missed: number;
  readonly falseAlarms: number;
  readonly falsePerThousand: number;
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
  const delays: number[] = [];
  let belong = 0;
  for (const [i, { from, to }] of changes.entries()) {
    const until = changes[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    const mine = group.filter(({ at }) => at >= from && at < until);
    if (mine.length === 0) continue;
    delays.push(mine[0].at - from);
    belong += mine.filter(({ at }, k) => k === 0 || at < to + settle).length;
  }
  const falseAlarms = group.length - belong;
  const [{ detector, on }] = group;
  return {
    ...{ detector, on, found: delays.length, missed: changes.length - delays.length, falseAlarms },
    delay: delays.length === 0 ? undefined : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
    falsePerThousand: samples === 0 ? 0 : (1000 * falseAlarms) / samples,
  };
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
