import { random } from '../core/random.ts';
import type { Loss } from '../losses/loss.ts';
import { type ContractRule, holds, same } from './rule.ts';

const step = 2 ** -12;
/** goodness in steps of 2⁻¹⁰ up to 4, so that a step more or less is exact in fp32 */
const draw = random(1).fork('losses');
const pairs = Array.from({ length: 200 }, () => [draw.whole(4097) / 1024, draw.whole(4097) / 1024] as const);

const at = (loss: Loss, positive: readonly number[], negative: readonly number[]) => {
  const [up, down] = [new Float32Array(positive.length), new Float32Array(positive.length)];
  const rows = positive.length;
  const sum = loss.slopes(Float32Array.from(positive), Float32Array.from(negative), rows, up, down);
  return { sum, up, down };
};

/** What every loss promises. */
export const lossRules: readonly ContractRule<Loss>[] = [
  {
    name: 'slopes are derivatives',
    says: 'has slopes that are its numeric derivatives',
    check(loss) {
      for (const [p, n] of pairs) {
        const { up, down } = at(loss, [p], [n]);
        const numeric = (dp: number, dn: number) =>
          (at(loss, [p + dp], [n + dn]).sum - at(loss, [p - dp], [n - dn]).sum) / (2 * step);
        near(up[0], numeric(step, 0), `∂L/∂g⁺ at g⁺ ${p}, g⁻ ${n}`);
        near(down[0], numeric(0, step), `∂L/∂g⁻ at g⁺ ${p}, g⁻ ${n}`);
      }
    },
  },
  {
    name: 'prefers the positive',
    says: 'falls with positive goodness and rises with negative, where the negative is no worse',
    check(loss) {
      for (const [one, other] of pairs) {
        const { up, down } = at(loss, [Math.min(one, other)], [Math.max(one, other)]);
        holds(up[0] <= 0, `∂L/∂g⁺ is ${up[0]}`);
        holds(down[0] >= 0, `∂L/∂g⁻ is ${down[0]}`);
      }
    },
  },
  {
    name: 'has a bottom',
    says: 'has a bottom, above −1 a row: no row can win without end',
    check(loss) {
      for (const [p, n] of pairs) {
        const { sum } = at(loss, [p], [n]);
        holds(sum > -1, `loss is ${sum} at g⁺ ${p}, g⁻ ${n}`);
      }
    },
  },
  {
    name: 'sums its rows',
    says: 'is the sum of its rows, each with slopes of its own',
    check(loss) {
      const [p, n] = [
        [0.5, 2, 3, 1],
        [1, 2, 0.25, 1.5],
      ];
      const all = at(loss, p, n);
      const each = p.map((_, i) => at(loss, [p[i]], [n[i]]));
      const sum = each.reduce((total, row) => total + row.sum, 0);
      holds(Math.abs(all.sum - sum) < 5e-10, `four rows make ${all.sum}, each by itself ${sum}`);
      same(
        [...all.up],
        each.map(({ up }) => up[0]),
        'slopes of the positives',
      );
      same(
        [...all.down],
        each.map(({ down }) => down[0]),
        'slopes of the negatives',
      );
    },
  },
  {
    name: 'its rows only',
    says: 'reads and writes the rows that it is told of, no more',
    check(loss) {
      const [up, down] = [new Float32Array(4).fill(7), new Float32Array(4).fill(7)];
      const g = Float32Array.of(1, 2, Number.NaN, Number.NaN);
      same(loss.slopes(g, g, 2, up, down), at(loss, [1, 2], [1, 2]).sum, 'loss of 2 rows of 4');
      same([up[2], up[3], down[2], down[3]], [7, 7, 7, 7], 'slopes behind the rows');
    },
  },
  {
    name: 'no overflow',
    says: "doesn't overflow at a goodness of ±10⁶",
    check(loss) {
      const extremes = [-1e6, 0, 1e6];
      for (const [p, n] of extremes.flatMap((one) => extremes.map((other) => [one, other]))) {
        const { sum, up, down } = at(loss, [p], [n]);
        const finite = [sum, up[0], down[0]].every(Number.isFinite) && sum > -1;
        holds(finite, `loss ${sum}, slopes ${up[0]} and ${down[0]} at g⁺ ${p}, g⁻ ${n}`);
      }
    },
  },
  {
    name: 'hides no NaN',
    says: 'hides no goodness that is not a number',
    check(loss) {
      same(at(loss, [Number.NaN], [1]).sum, Number.NaN, 'loss of a positive that is not a number');
      same(at(loss, [1], [Number.NaN]).sum, Number.NaN, 'loss of a negative that is not a number');
    },
  },
  {
    name: 'alpha above 0',
    says: 'says how sharp it is: alpha is finite and above 0',
    check: ({ alpha }) => holds(alpha > 0 && Number.isFinite(alpha), `alpha is ${alpha}`),
  },
];

function near(got: number, expected: number, what: string): void {
  holds(Math.abs(got - expected) < 1e-3, `${what} is ${got}, numerically ${expected}`);
}
