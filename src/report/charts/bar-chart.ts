import { must } from '../../core/check.ts';
import { drawn, penOf } from './chart.ts';

/** Bars, lying, one under another. */
export interface BarChart {
  readonly title: string;
  /** what a bar's length is, with its unit */
  readonly label: string;
  /** `group`s stand apart and have a colour each; `low` and `high` are the ends of an interval */
  readonly bars: readonly {
    readonly name: string;
    readonly group?: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  }[];
  /** where the axis begins and ends; left out, from 0 to the longest bar. From elsewhere than 0 values are points, for a bar's length would tell a share that it has not */
  readonly from?: number;
  readonly to?: number;
}

/**
 * Draws bars as the text of an SVG file, each with its value.
 *
 * @throws {RangeError} when there is no bar, or none with a finite value
 */
export async function barChart({ title, label, bars, from = 0, to }: BarChart): Promise<string> {
  must(
    bars.some(({ value }) => Number.isFinite(value)),
    `bars of chart '${title}'`,
    'at least one with a finite value',
    bars.length,
  );
  const groups = [...new Set(bars.map(({ group }) => group ?? ''))];
  const colourOf = (group = ''): string => penOf(groups.indexOf(group)).colour;
  const shown = bars.filter(({ value }) => Number.isFinite(value));
  const ends = shown.flatMap(({ value, high }) => [value, high ?? value]).filter(Number.isFinite);
  const names = [...new Set(bars.map(({ name }) => name))];
  const grouped = groups.length > 1;
  const widest = Math.max(...names.map((name) => name.length), 4);
  const left = Math.min(260, 16 + 7 * widest);
  const split = grouped ? { fy: 'group' } : {};
  const filled = { y: 'name', fill: ({ group }: { group?: string }) => colourOf(group) };
  return drawn({
    title,
    options: (plot) => ({
      height: 70 + 24 * names.length * (grouped ? groups.length : 1),
      marginLeft: left,
      marginRight: grouped ? 120 : 56,
      x: { label, grid: true, domain: [from, to ?? Math.max(...ends, from)] },
      y: { label: null, domain: names },
      ...(grouped && { fy: { label: null, domain: groups } }),
      marks: [
        ...(from === 0
          ? [plot.barX(shown, { ...split, ...filled, x1: 0, x2: 'value', insetTop: 2, insetBottom: 2 })]
          : []),
        plot.ruleY(
          shown.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high)),
          { ...split, x1: 'low', x2: 'high', y: 'name', stroke: '#222', strokeWidth: 1.5 },
        ),
        ...(from === 0 ? [] : [plot.dot(shown, { ...split, ...filled, x: 'value', r: 4.5 })]),
        plot.text(shown, {
          ...split,
          ...{ x: ({ value, high }: { value: number; high?: number }) => Math.max(value, high ?? value) },
          ...{ y: 'name', text: ({ value }: { value: number }) => shortened(value) },
          ...{ textAnchor: 'start' as const, dx: from === 0 ? 5 : 9, fill: '#222' },
        }),
        plot.ruleX([from]),
      ],
    }),
  });
}

/** Three digits that matter, or all in front of the point. */
function shortened(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  const shown = Math.min(3, digits);
  return value.toLocaleString('en-US', { minimumFractionDigits: shown, maximumFractionDigits: shown });
}
