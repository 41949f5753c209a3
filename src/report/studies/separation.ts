import { must } from '../../core/check.ts';

/** How well one number tells two kinds apart, where the first kind tends to have more of it. */
export interface Separation {
  /** share told right by the best threshold of the even pairs, on the odd ones, 0 to 1 */
  readonly threshold: number;
  /** share of pairs whose first has more, equals counting half, 0 to 1 */
  readonly pairs: number;
}

/**
 * Tells two kinds apart by one number: a threshold is chosen on half of the pairs and tried on the others.
 *
 * @param first   one number of each of the first kind [pairs]
 * @param second  of the second kind [pairs]
 * @throws {RangeError} unless there are as many of both, 2 or more
 */
export function separation(first: ArrayLike<number>, second: ArrayLike<number>): Separation {
  const count = first.length;
  must(count >= 2 && second.length === count, 'pairs', 'as many of both kinds, 2 or more', [
    count,
    second.length,
  ]);
  let won = 0;
  const seen: { value: number; first: boolean }[] = [];
  for (let i = 0; i < count; i++) {
    won += first[i] > second[i] ? 1 : first[i] === second[i] ? 0.5 : 0;
    if (i % 2 === 0) seen.push({ value: first[i], first: true }, { value: second[i], first: false });
  }
  seen.sort((a, b) => b.value - a.value);
  let [best, least, right] = [0, Number.POSITIVE_INFINITY, 0];
  for (const [k, one] of seen.entries()) {
    right += one.first ? 1 : -1;
    const between = k + 1 < seen.length ? (one.value + seen[k + 1].value) / 2 : one.value;
    if (right > best && one.value !== seen[k + 1]?.value) [best, least] = [right, between];
  }
  let told = 0;
  for (let i = 1; i < count; i += 2) told += (first[i] > least ? 1 : 0) + (second[i] <= least ? 1 : 0);
  return { threshold: told / (2 * Math.floor(count / 2)), pairs: won / count };
}

/** Pearson's correlation of two rows of numbers, −1 to 1; 0 where one is constant. */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const mean = (of: ArrayLike<number>): number =>
    Array.from(of).reduce((sum, one) => sum + one, 0) / of.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i] - mx, y[i] - my];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}
