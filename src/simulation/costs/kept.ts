import { must, mustBeShare } from '../../core/check.ts';
import type { Distribution } from '../../distributions/distribution.ts';
import { scaled } from '../../distributions/scaled.ts';

/** The share of the samples that W learns from, from one microbatch on. */
export interface KeptFrom {
  /** the first microbatch that it holds for; parts are in order */
  readonly microbatch: number;
  /** 0 to 1 */
  readonly kept: number;
}

/** A share that is kept, of a whole run or part by part; what comes before the first part is like the first part. */
export type Kept = number | readonly KeptFrom[];

/** What a share that is kept is in a run of so many microbatches. */
export interface ResolvedKept {
  /** mean over the microbatches */
  readonly mean: number;
  /** the parts as multiples of the mean; undefined where they are all alike */
  readonly parts: readonly { readonly microbatch: number; readonly ofMean: number }[] | undefined;
}

interface Costs {
  readonly F: Distribution;
  readonly B?: Distribution;
  readonly W?: Distribution;
  readonly U?: Distribution;
}

/** Costs of stages, and of the ends of a path. */
interface Work {
  readonly stages: readonly Costs[];
  readonly ends?: { readonly first?: Partial<Costs>; readonly last?: Partial<Costs> };
}

/**
 * @param microbatches  of the whole run, ≥ 1
 * @throws {RangeError} when a share is not between 0 and 1, or parts are not in order
 */
export function resolveKept(kept: Kept, microbatches: number): ResolvedKept {
  const given = typeof kept === 'number' ? [{ microbatch: 0, kept }] : kept;
  must(given.length > 0, 'kept', 'a share, or one part or more', given.length);
  for (const [i, part] of given.entries()) {
    mustBeShare(part.kept, 'kept');
    const before = i === 0 ? -1 : given[i - 1].microbatch;
    const inOrder = Number.isSafeInteger(part.microbatch) && part.microbatch > before;
    must(inOrder, 'microbatch of kept', `a whole number above ${before}`, part.microbatch);
  }
  const parts = given.filter(({ microbatch }) => microbatch < microbatches);
  // where the run ends before the first part, that one holds all the same
  if (parts.length === 0) parts.push(given[0]);
  if (parts.every((part) => part.kept === parts[0].kept)) return { mean: parts[0].kept, parts: undefined };
  const sum = parts.reduce((total, part, i) => {
    const begin = i === 0 ? 0 : part.microbatch;
    return total + ((parts[i + 1]?.microbatch ?? microbatches) - begin) * part.kept;
  }, 0);
  const mean = sum / microbatches;
  return {
    mean,
    parts: parts.map((part) => ({ microbatch: part.microbatch, ofMean: part.kept / mean })),
  };
}

/**
 * The costs of stages and ends of which B and W are of the samples kept alone.
 *
 * @param share  0 to 1; where it is 1, the costs are those given
 * @throws {RangeError} when it is below 1 and no B and no W takes time, for then there is nothing to leave out
 */
export function keeping({ stages, ends }: Work, share: number): Work {
  if (share === 1) return { stages, ...(ends && { ends }) };
  const some = [...stages, ends?.first, ends?.last].some(
    (costs) => (costs?.B?.mean ?? 0) + (costs?.W?.mean ?? 0) > 0,
  );
  must(some, 'kept', 'left out where B and W take no time', share);
  const less = <C extends Partial<Costs>>(costs: C): C => ({
    ...costs,
    ...(costs.B && { B: scaled(costs.B, share) }),
    ...(costs.W && { W: scaled(costs.W, share) }),
  });
  const first = ends?.first && less(ends.first);
  const last = ends?.last && less(ends.last);
  return {
    stages: stages.map(less),
    ...(ends && { ends: { ...(first && { first }), ...(last && { last }) } }),
  };
}

/** @returns the share of a microbatch as a multiple of the mean; microbatches are asked for in any order */
export function overTime({ parts = [] }: ResolvedKept): (microbatch: number) => number {
  return (microbatch) => {
    let [low, high] = [0, parts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (parts[middle].microbatch <= microbatch) low = middle;
      else high = middle - 1;
    }
    return parts[low]?.ofMean ?? 1;
  };
}
