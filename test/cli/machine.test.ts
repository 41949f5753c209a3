import { expect, test } from 'vitest';
import { busySentence, coresOfOthers } from '../../src/cli/running/machine.ts';

const machine = { node: 'v20', platform: 'linux x64', cpu: 'a cpu', cores: 4 };

test('a busy machine is told where others took more than a tenth of it', () => {
  expect(busySentence({ ...machine, othersCores: 0.4 })).toBeUndefined();
  expect(busySentence(machine)).toBeUndefined();
  expect(busySentence({ ...machine, othersCores: 1.25 })).toMatch(
    /^the machine was busy: other programs kept 1\.3 of its 4 cores at work, so /,
  );
});

test('what others did is what all cores did less our own work', () => {
  expect(coresOfOthers({ all: 3, ours: 1.2 }, 2, 4)).toBe(0.9);
  // the two clocks tick at different times
  expect(coresOfOthers({ all: 1, ours: 1.01 }, 2, 4)).toBe(0);
  expect(coresOfOthers({ all: 8.02, ours: 0 }, 2, 4)).toBe(4);
  expect(coresOfOthers({ all: 3, ours: 0 }, 1, 4)).toBeUndefined();
});
