import type { SlopeEstimate } from './stress-report.ts';

/**
 * The slope of a course by least squares, with a 95 % interval that holds where neighbours depend on each other: Newey and West's
 * variance with ⌊4·(n/100)^(2/9)⌋ lags and a Bartlett window, corrected by n/(n − 2).
 *
 * @param series  when each value was taken, in seconds, ascending, and the value  [n]
 * @returns  0 without an interval where n < 4
 * @see Newey and West 1987, A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix
 */
export function slopeOf(series: readonly (readonly [seconds: number, value: number])[]): SlopeEstimate {
  const n = series.length;
  const none: SlopeEstimate = { perSecond: 0, ci95: null };
  const seconds = series.map(([time]) => time);
  const values = series.map(([, value]) => value);
  if (n < 4) return none;
  const mean = (all: readonly number[]): number => all.reduce((sum, value) => sum + value, 0) / n;
  const [middle, level] = [mean(seconds), mean(values)];
  const away = seconds.map((time) => time - middle);
  const spread = away.reduce((sum, x) => sum + x * x, 0);
  if (spread === 0) return none;
  const perSecond = away.reduce((sum, x, i) => sum + x * (values[i] - level), 0) / spread;
  const pulls = away.map((x, i) => x * (values[i] - level - perSecond * x));
  const lags = Math.min(n - 1, Math.floor(4 * (n / 100) ** (2 / 9)));
  let variance = 0;
  for (let lag = 0; lag <= lags; lag++) {
    let product = 0;
    for (let i = lag; i < n; i++) product += pulls[i] * pulls[i - lag];
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * product;
  }
  const error = (Math.sqrt(Math.max(0, variance)) / spread) * Math.sqrt(n / (n - 2));
  const reach = student(n - 2) * error;
  return { perSecond, ci95: [perSecond - reach, perSecond + reach] };
}

/** The 97.5 % quantile of Student's distribution, to three digits from 3 degrees on: Cornish and Fisher's expansion. */
function student(freedom: number): number {
  if (freedom <= 2) return 4.303;
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}
