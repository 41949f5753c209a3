import { describe, expect, it } from 'vitest';
import { lossRules } from '../../src/check/losses.ts';
import { make } from '../../src/core/plan.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { create as symba } from '../../src/losses/symba.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

describe.each(await membersOf('losses', 'loss.ts'))('$title', async ({ factory }) => {
  keepsRules(lossRules, (await make(factory())) as Loss);
});

describe('the contract', () => {
  const sound = symba({ alpha: 2 });
  const withSlopes = (change: (slopes: Float32Array[], rows: number, loss: number) => number): Loss => ({
    ...sound,
    slopes: (p, n, rows, up, down) => change([up, down], rows, sound.slopes(p, n, rows, up, down)),
  });

  it('finds nothing in a sound loss', async () => expect(await brokenRules(lossRules, sound)).toEqual([]));

  it('catches wrong slopes, a mean for a sum, rows too many, and no bottom', async () => {
    const doubled = withSlopes(([up], _rows, loss) => {
      up.forEach((slope, i) => {
        up[i] = 2 * slope;
      });
      return loss;
    });
    expect(await brokenRules(lossRules, doubled)).toContain('slopes are derivatives');
    const mean = withSlopes((_slopes, rows, loss) => loss / rows);
    expect(await brokenRules(lossRules, mean)).toContain('sums its rows');
    const long = withSlopes(([, down], rows, loss) => {
      down[rows] = 0;
      return loss;
    });
    expect(await brokenRules(lossRules, long)).toEqual(['its rows only']);
    const bottomless: Loss = {
      ...sound,
      slopes(positive, negative, rows, up, down) {
        up.fill(-1, 0, rows);
        down.fill(1, 0, rows);
        return negative.slice(0, rows).reduce((sum, g, i) => sum + g - positive[i], 0);
      },
    };
    expect(await brokenRules(lossRules, bottomless)).toEqual(['has a bottom', 'no overflow']);
    expect(await brokenRules(lossRules, { ...sound, alpha: 0 })).toEqual(['alpha above 0']);
  });
});
