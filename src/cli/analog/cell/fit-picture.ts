import type { MeasuredCell } from '../../../extend.ts';
import { short } from '../figures.ts';

/** characters of the picture */
const [width, height] = [64, 12];

/**
 * Draws a measured cell and its fit: conductance upwards, UP pulses and then DOWN pulses from left to right. `o` is measured,
 * `·` the fit, `●` both.
 *
 * @param fit  conductances that the fit has where the cell was measured
 */
export function fitPicture(
  { up, down }: MeasuredCell,
  fit: { readonly up: readonly number[]; readonly down: readonly number[] },
): string {
  const measured = [...up, ...down].map(({ conductance }) => conductance);
  const fitted = [...fit.up, ...fit.down];
  const all = [...measured, ...fitted];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const grid = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  const put = (values: readonly number[], mark: string): void => {
    for (const [i, value] of values.entries()) {
      const column = Math.round((i * (width - 1)) / Math.max(1, values.length - 1));
      const row = height - 1 - Math.round(((value - least) * (height - 1)) / (most - least));
      grid[row][column] = grid[row][column] === ' ' || grid[row][column] === mark ? mark : '●';
    }
  };
  put(measured, 'o');
  put(fitted, '·');
  const names = [short(most), short(least)];
  const margin = Math.max(...names.map(({ length }) => length));
  const lines = grid.map((row, i) => {
    const name = i === 0 ? names[0] : i === height - 1 ? names[1] : '';
    return `${name.padStart(margin)} ${row.join('')}`.trimEnd();
  });
  return [
    ...lines,
    `${' '.repeat(margin + 1)}${up.length} readings UP, then ${down.length} DOWN; o measured, · fit, ● both`,
  ].join('\n');
}
