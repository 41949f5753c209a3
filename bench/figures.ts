/** What several rounds gave. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function spread(list: readonly number[]): Spread {
  return { median: median(list), min: Math.min(...list), max: Math.max(...list) };
}

/** The spread of the ratios of two lists, round by round. */
export function ratio(over: readonly number[], under: readonly number[]): Spread {
  return spread(over.map((value, i) => value / under[i]));
}

/** `median [min–max]` */
export function show({ median: m, min, max }: Spread, digits = 0): string {
  return `${m.toFixed(digits)} [${min.toFixed(digits)}–${max.toFixed(digits)}]`;
}

/** Slope of y over x by least squares, with the half-width of its 95 % interval. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): {
  readonly slope: number;
  readonly within: number;
} {
  const n = points.length;
  const [mx, my] = [points.reduce((s, p) => s + p.x, 0) / n, points.reduce((s, p) => s + p.y, 0) / n];
  const sxx = points.reduce((s, p) => s + (p.x - mx) ** 2, 0);
  const b = points.reduce((s, p) => s + (p.x - mx) * (p.y - my), 0) / sxx;
  const rest = points.reduce((s, p) => s + (p.y - my - b * (p.x - mx)) ** 2, 0);
  return { slope: b, within: 1.96 * Math.sqrt(rest / (n - 2) / sxx) };
}
