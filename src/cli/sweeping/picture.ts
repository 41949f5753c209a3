import type { Figure, Point } from './results.ts';
import { short } from './results.ts';
import type { Axis, SweepGrid } from './sweep-grid.ts';

const shades = [...'·░▒▓█'];
/** columns of a terminal, the longest bar, and characters of a name */
const [width, longest, nameAtMost] = [80, 40, 16];
/** values of an axis that are drawn */
const valuesAtMost = 32;

/**
 * One figure over the axes of a sweep, drawn with characters: bars over one axis; shades over two, darker is more; over
 * three or more the two with the most values, each place being the best of the others.
 *
 * @param better  picks the better of two figures
 * @returns undefined where there is nothing to compare
 */
export function pictureOf(
  { axes }: SweepGrid,
  points: readonly Point[],
  by: Figure,
  better: (a: number, b: number) => number,
): string | undefined {
  const [first, second] = drawnAxes(axes);
  if (first === undefined || [first, second].some((axis) => (axis?.values.length ?? 0) > valuesAtMost))
    return undefined;
  const at = (row: number, column: number): number => {
    const here = points.filter(
      ({ settings }) =>
        settings[first.key] === first.values[row] &&
        (second === undefined || settings[second.key] === second.values[column]),
    );
    const values = here.flatMap((point) => ('error' in point ? [] : [point.figures[by]]));
    return values.filter(Number.isFinite).reduce((a, b) => (Number.isNaN(a) ? b : better(a, b)), Number.NaN);
  };
  const columns = second?.values.length ?? 1;
  const grid = first.values.map((_, row) => Array.from({ length: columns }, (_, column) => at(row, column)));
  const all = grid.flat().filter(Number.isFinite);
  if (all.length < 2) return undefined;
  const rest = axes.length > 2 ? ', the best over the other axes' : '';
  const lines = second === undefined ? bars(first, grid) : shaded(first, second, grid);
  return [`${by} by ${first.key}${second === undefined ? '' : ` and ${second.key}`}${rest}`, ...lines].join(
    '\n',
  );
}

/** The two longest, in the order of the sweep. */
function drawnAxes(axes: readonly Axis[]): readonly Axis[] {
  const several = axes.filter(({ values }) => values.length > 1);
  const longestTwo = new Set(several.toSorted((a, b) => b.values.length - a.values.length).slice(0, 2));
  return several.filter((axis) => longestTwo.has(axis));
}

/** A bar from 0 for each value. */
function bars(axis: Axis, grid: readonly (readonly number[])[]): string[] {
  const most = Math.max(...grid.flat().filter(Number.isFinite));
  const names = namesOf(axis);
  return grid.map(([value], row) => {
    const length = most > 0 && value > 0 ? Math.round((8 * longest * value) / most) : 0;
    const end = length % 8 === 0 ? '' : String.fromCodePoint(0x2590 - (length % 8));
    const bar = Number.isNaN(value) ? '× failed' : '█'.repeat(Math.floor(length / 8)) + end;
    return `${names[row]}  ${bar} ${Number.isNaN(value) ? '' : short(value)}`.trimEnd();
  });
}

/** A shade for each pair of values, between the least and the most there is. */
function shaded(first: Axis, second: Axis, grid: readonly (readonly number[])[]): string[] {
  const all = grid.flat().filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const names = namesOf(first);
  const heads = second.values.map((value) => `${value ?? '–'}`);
  const room = Math.floor((width - names[0].length - 2) / heads.length);
  const cell = Math.max(2, Math.min(room, 2 + Math.max(...heads.map(({ length }) => length))));
  const shade = (value: number): string => {
    if (Number.isNaN(value)) return '×'.padEnd(cell);
    const step = most === least ? 1 : (value - least) / (most - least);
    return shades[Math.round(step * (shades.length - 1))].repeat(cell - 1).padEnd(cell);
  };
  const fits = heads.every(({ length }) => length < cell);
  const head = heads.map((text) => text.padEnd(cell)).join('');
  return [
    ...(fits ? [`${' '.repeat(names[0].length)}  ${head}`.trimEnd()] : []),
    ...grid.map((row, i) => `${names[i]}  ${row.map(shade).join('')}`.trimEnd()),
    ...(fits ? [] : [`columns: ${heads.join(', ')}`]),
    `${shades.map((one) => `'${one}'`).join(' ')} from ${short(least)} to ${short(most)}`,
  ];
}

function namesOf({ key, values }: Axis): string[] {
  const names = values.map((value) => cut(`${value ?? '–'}`));
  const longestName = Math.max(key.length > nameAtMost ? 0 : 1, ...names.map(({ length }) => length));
  return names.map((name) => name.padEnd(longestName));
}

function cut(name: string): string {
  return name.length <= nameAtMost ? name : `…${name.slice(-(nameAtMost - 1))}`;
}
