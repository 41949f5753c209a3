import { expect, test } from 'vitest';
import { readFaults } from '../../../src/cli/stressing/specs/read-faults.ts';
import { inline } from '../../../src/runtimes/inline.ts';
import { workers } from '../../../src/runtimes/workers.ts';
import { isDataFault } from '../../../src/work/faults/fault.ts';
import { inWords } from '../../../src/work/faults/in-words.ts';
import { mustWithstand } from '../../../src/work/faults/must-withstand.ts';
import { randomFaults } from '../../../src/work/faults/random-faults.ts';

test('a plan of faults is read from JSON, with times as the command line writes them', () => {
  expect(
    readFaults([
      { at: '5s', fault: 'kill', stage: 1 },
      { at: 1200, fault: 'slow', stage: 0, times: 3, lasts: '500ms' },
      { at: 7, fault: 'clock-jump', by: '-2s' },
      { fault: 'poisoned-label', sample: 900 },
    ]),
  ).toEqual([
    { at: { time: 5e9 }, fault: 'kill', stage: 1 },
    { at: { microbatch: 1200 }, fault: 'slow', stage: 0, times: 3, lasts: 5e8 },
    { at: { microbatch: 7 }, fault: 'clock-jump', by: -2e9 },
    { fault: 'poisoned-label', sample: 900 },
  ]);
});

test.each([
  [{}, /^a plan of faults must be a JSON list; got {}$/],
  [[3], /^fault 0 must be an object with 'fault'; got 3$/],
  [[{ fault: 'fire' }], /^'fault' of fault 0 must be one of kill, pause, .*; got 'fire'$/],
  [[{ at: 1, fault: 'kill' }], /^'stage' of fault 0 must be a whole number, 0 or more; got undefined$/],
  [[{ at: -1, fault: 'kill', stage: 0 }], /^'at' of fault 0 must be a whole number/],
  [[{ at: '5 parsecs', fault: 'kill', stage: 0 }], /^'at' of fault 0 must be a time/],
  [
    [{ at: 1, fault: 'kill', stage: 0, lasts: '1s' }],
    /^fault 0 must have no more than fault, at, stage; got 'lasts'$/,
  ],
  [
    [{ at: 1, fault: 'slow', stage: 0, lasts: '1s', times: 1 }],
    /^'times' of fault 0 must be a number above 1; got 1$/,
  ],
])('what is no plan is refused in one sentence', (plan, sentence) => {
  expect(() => readFaults(plan)).toThrow(sentence);
});

test('a random plan is the same for the same seed, and strikes only what is there', () => {
  const breakable = { stages: 3, microbatches: 50, count: 40, samples: 9, spoilt: 5 };
  const plan = randomFaults(5, breakable);
  expect(randomFaults(5, breakable)).toEqual(plan);
  expect(randomFaults(6, breakable)).not.toEqual(plan);
  expect(plan.filter(isDataFault)).toHaveLength(5);
  const machine = plan.filter((fault) => !isDataFault(fault));
  expect(new Set(machine.map(({ fault }) => fault)).size).toBe(5);
  mustWithstand({ ...run, faults: machine, supervision: {} });
  expect(machine.every((fault) => inWords(fault).includes('stage'))).toBe(true);
});

const run = {
  ...{ supervision: undefined, faults: [], stages: 3, runtime: 'workers', restarts: true },
  ...{ schedule: 'stream', stashes: false, strikes: workers().strikes ?? [] },
};
const kill = { fault: 'kill', stage: 1, at: { microbatch: 3 } } as const;
const slot = (fault: 'drop-slot' | 'corrupt-slot') => ({ fault, stage: 1, at: { microbatch: 3 } }) as const;

test.each([
  [{ supervision: { checkpointEvery: 0 } }, /^checkpointEvery of supervision must be a whole number/],
  [{ supervision: { within: 0 } }, /^within of supervision must be above 0 ns; got 0$/],
  [
    { supervision: {}, runtime: 'inline', restarts: false },
    /^runtime of a run with supervision must be workers or virtual; got 'inline'$/,
  ],
  [
    { supervision: {}, stashes: true, schedule: 'pipedream' },
    /^schedule of a run with supervision must be one whose weights do not change .*; got 'pipedream'$/,
  ],
  [
    { faults: [{ ...kill, stage: 3 }] },
    /^stage of fault 'kill' must be below 3, the number of stages; got 3$/,
  ],
  [
    { faults: [kill], runtime: 'inline', restarts: false, strikes: inline().strikes ?? [] },
    /^faults of runtime 'inline' must be clock-jump, full-disk; got 'kill'$/,
  ],
  [{ faults: [slot('drop-slot')] }, /^fault 'drop-slot' must be in a run with supervision, which mends it/],
  [
    { supervision: {}, faults: [slot('corrupt-slot')] },
    /^fault 'corrupt-slot' must be in a run whose supervision has `verify`, which finds it/,
  ],
])('what a run can not go through is refused before it starts', (change, sentence) => {
  expect(() => mustWithstand({ ...run, ...change })).toThrow(sentence);
});
