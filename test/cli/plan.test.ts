import { expect, it } from 'vitest';
import { isScenario } from '../../src/cli/commands/plan.ts';
import { fixture, forwardflow } from './forwardflow.ts';

it('flags of simulate alone make a plan of a scenario, flags of train alone one of a pipeline', () => {
  expect(isScenario(['stages'])).toBe(true);
  expect(isScenario(['stages', 'capacity', 'seed'])).toBe(true);
  expect(isScenario(['rule', 'layers'])).toBe(false);
  expect(isScenario(['recipe'])).toBe(false);
});

it('with flags that both have, --schedule makes it a scenario, else it is a pipeline', () => {
  expect(isScenario(['schedule'])).toBe(true);
  expect(isScenario(['schedule', 'rule'])).toBe(false);
  expect(isScenario(['capacity', 'layers'])).toBe(false);
  expect(isScenario([])).toBe(false);
});

it('flags of both kinds are refused, with one of each', () => {
  expect(() => isScenario(['seed', 'epochs', 'cost'])).toThrow(
    'settings of a plan must be those of simulate or those of train; got cost of simulate and epochs of train',
  );
});

it('of a scenario is one JSON document, with null for a capacity that nothing bounds', async () => {
  const { stdout, code } = await forwardflow([
    'plan',
    '--stages',
    '2',
    '--cost',
    'F=1ms,W=1ms',
    '--slow',
    '1:2',
    '--json',
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    stages: [
      { id: 0, device: 0, layers: [] },
      { id: 1, device: 1, layers: [] },
    ],
    edges: [
      { from: 'source', to: 0, carries: 'activity', capacity: null, delay: 0 },
      { from: 0, to: 1, carries: 'activity', capacity: 2, delay: 0 },
      { from: 1, to: 'sink', carries: 'activity', capacity: null, delay: 0 },
    ],
    periodSeconds: 0.008,
    bottleneck: { cycle: ['stage 1 F', 'stage 1 W'], seconds: 0.008 },
    next: { cycle: ['stage 0 F', 'stage 0 W'], seconds: 0.004 },
  });
});

it('of a pipeline is drawn with its layers, and names what limits it', async () => {
  const { stdout, code } = await forwardflow([
    'plan',
    '--data',
    fixture,
    '--layers',
    '30,20',
    '--capacity',
    '3',
  ]);
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'source',
    '  ↓ activity, capacity 3',
    'stage 0  device 0  layers 0',
    '  ↓ activity, capacity 3',
    'stage 1  device 1  layers 1',
    '  ↓ activity, capacity 3',
  ]);
  expect(stdout).toMatch(/\nbottleneck: stage 0's F\+W, .* a microbatch/);
});
