import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forwardflow, runsFolder } from './forwardflow.ts';
import { golden, tooWide } from './kept.ts';

const before = process.cwd();
// paths are short where they are relative
beforeAll(() => process.chdir(runsFolder()));
afterAll(() => process.chdir(before));

describe('every table whose figures a seed decides', () => {
  const links = 'nodes=2,devices=2,inside=2us@300GB/s,between=20us@25GB/s';
  const tables: Readonly<Record<string, string>> = {
    'plan-schedule': 'plan --schedule zb-v --stages 4',
    'simulate-open-line':
      'simulate --no-report --stages 3 --arrivals poisson:0.2/ms --microbatches 300 --failures 1/s:2ms:5ms --jitter exp',
    'simulate-cluster': `simulate --no-report --schedule 1f1b --stages 4 --cluster ${links} --activation 4MB --memory 80GB --weights 1GB`,
    suggest: `suggest --stages 4 --microbatches 8 --cluster ${links} --activation 4MB`,
    'sweep-shades':
      'sweep --vary schedule=stream,gpipe,zb-h1 --vary stages=2,4,8 --microbatches 16 --out shades',
    'sweep-paired':
      'sweep --vary schedule=stream,gpipe --microbatches 8 --jitter exp --replications 4 --paired schedule=stream --out paired',
    'sweep-bars': 'sweep --vary capacity=1,2,4 --stages 4 --microbatches 100 --jitter exp --out bars',
  };

  test.for(Object.entries(tables))('%s is as kept, in 80 columns', async ([name, line]) => {
    const { code, stdout, stderr } = await forwardflow(line.split(' '));
    expect([code, stderr, tooWide(stdout)]).toEqual([0, '', []]);
    golden(name, stdout, 'tables');
  });
});
