import { describe, expect, it } from 'vitest';
import { selectionRules } from '../../src/check/selections.ts';
import { make } from '../../src/core/plan.ts';
import type { Selection } from '../../src/selections/selection.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

describe.each(await membersOf('selections', 'selection.ts'))('$title', async ({ factory }) => {
  keepsRules(selectionRules, (await make(factory(0.3))) as Selection);
});

const broken = (choose: Selection['choose']) => brokenRules(selectionRules, { name: 'broken', choose });

describe('the contract catches', () => {
  it('samples twice, and beyond the last', async () => {
    const twice = await broken((_slopes, _rows, samples, factors) => {
      samples[0] = 0;
      factors[0] = 1;
      return 2;
    });
    expect(twice).toContain('chooses samples of the microbatch');
    expect(await broken((_slopes, rows) => rows + 1)).toContain('chooses samples of the microbatch');
  });

  it('a factor of 0, a choice by chance of its own, and rows behind the last', async () => {
    let calls = 0;
    const names = await broken((_slopes, rows, samples, factors) => {
      samples[0] = calls++ % rows;
      factors[0] = 0;
      factors[rows] = 1;
      return 1;
    });
    expect(names).toEqual(['multiplies by a number above 0', 'one seed, one choice', 'writes its rows only']);
  });
});
