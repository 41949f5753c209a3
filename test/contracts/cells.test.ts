import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/cells/cell.ts';
import { constantStep } from '../../src/cells/constant-step.ts';
import { type CellPresetName, cellPresets } from '../../src/cells/presets/presets.ts';
import { cellRules } from '../../src/check/cells.ts';
import { make } from '../../src/core/plan.ts';
import { simdPlace as place } from '../kernels/workplace.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

for (const { title, module, factory } of await membersOf('cells', 'cell.ts')) {
  describe(title, async () => {
    const needed = module.endsWith('one-sided-pair.ts')
      ? { cell: constantStep({ lowerBound: 0 }) }
      : undefined;
    keepsRules(cellRules, { cell: (await make(factory(needed))) as Cell, place });
  });
}

describe.each(Object.keys(cellPresets) as CellPresetName[])('preset %s', async (name) => {
  keepsRules(cellRules, { cell: (await make(cellPresets[name]())) as Cell, place });
});

describe('the contract', async () => {
  const cell = await make(constantStep());
  const faulty = (change: (cells: ReturnType<Cell['cells']>) => object): Cell => ({
    ...cell,
    cells: (context) => {
      const cells = cell.cells(context);
      return { ...cells, ...change(cells) };
    },
  });

  it('catches pulses that go the wrong way, a state that forgets, and weights beyond the bounds', async () => {
    const turned = faulty((cells) => ({ pulse: (counts: Int32Array) => cells.pulse(counts.map((n) => -n)) }));
    expect(await brokenRules(cellRules, { cell: turned, place })).toEqual(['up is not down']);
    const forgets = faulty(() => ({ state: () => ({}), restore: () => {} }));
    expect(await brokenRules(cellRules, { cell: forgets, place })).toEqual(['goes on from its state']);
    const beyond = faulty((cells) => ({ program: (w: Float32Array) => cells.weights.set(w) }));
    expect(await brokenRules(cellRules, { cell: beyond, place })).toEqual(['stays in its bounds']);
  });
});
