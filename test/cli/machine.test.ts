import { expect, test } from 'vitest';
import { busySentence, watchMachine } from '../../src/cli/running/machine.ts';

const machine = { node: 'v20', platform: 'linux x64', cpu: 'a cpu', cores: 4 };

test('a busy machine is told where others took more than a tenth of it', () => {
  expect(busySentence({ ...machine, othersCores: 0.4 })).toBeUndefined();
  expect(busySentence(machine)).toBeUndefined();
  expect(busySentence({ ...machine, othersCores: 1.25 })).toMatch(
    /^the machine was busy: other programs kept 1\.3 of its 4 cores at work, so /,
  );
});

test('what others did is between nothing and the whole machine, and our own work is not counted', () => {
  const ended = watchMachine();
  const until = performance.now() + 1100;
  while (performance.now() < until);
  const { othersCores = 0, cores } = ended();
  expect(othersCores).toBeGreaterThanOrEqual(0);
  expect(othersCores).toBeLessThanOrEqual(cores);
});
