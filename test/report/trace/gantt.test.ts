import { describe, expect, test } from 'vitest';
import { make } from '../../../src/extend.ts';
import { stream } from '../../../src/index.ts';
import { gantt } from '../../../src/report.ts';
import { constant, ms, type Schedule, SimulatedTrace, simulate } from '../../../src/simulation.ts';

async function drawn(
  { devices = 2, microbatches = 3 },
  { width = 120, colours = false }: { width?: number; colours?: boolean } = {},
) {
  const picture = gantt();
  const schedule = await make<Schedule>(stream());
  const costs = { F: constant(ms(1)), W: constant(ms(2)) };
  const scenario = { schedule, devices, microbatches, costs };
  simulate(scenario, { onlooker: new SimulatedTrace(scenario, picture.add) });
  return picture.text({ width, colours });
}

test('a run is drawn to scale, microbatches by turns in capitals and small letters', async () => {
  // ten columns for ten milliseconds
  expect((await drawn({}, { width: 13 }))?.split('\n').slice(0, 4)).toEqual([
    '0  FWWfwwFWW.',
    '1  .FWWfwwFWW',
    '   |',
    '   0 ms',
  ]);
});

test('the axis has marks at round times', async () => {
  const [, , marks, times] = (await drawn({}, { width: 103 }))?.split('\n') ?? [];
  expect(marks.indexOf('|', 4)).toBe(3 + 20);
  expect(times.trim().split(/\s+/)).toEqual(['0', 'ms', '2', '4', '6', '8']);
});

test.each([40, 80, 120])('no line is wider than %i columns', async (width) => {
  const lines = (await drawn({ devices: 12, microbatches: 30 }, { width }))?.split('\n') ?? [];
  expect(lines.length).toBeGreaterThanOrEqual(12 + 3);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
});

test('at most 32 devices are drawn, and it says how many are not', async () => {
  const text = await drawn({ devices: 40, microbatches: 2 });
  expect(text?.split('\n').filter((line) => /^ ?\d+ {2}/.test(line))).toHaveLength(32);
  expect(text).toContain('… and 8 more devices');
});

describe('a run of more than 2,000 ops', () => {
  test('is not drawn', async () => {
    expect(await drawn({ devices: 2, microbatches: 500 })).toBeTypeOf('string');
    expect(await drawn({ devices: 2, microbatches: 501 })).toBeUndefined();
  });
});

test('ops are coloured where it is asked for, and nothing else', async () => {
  const text = (await drawn({}, { colours: true, width: 13 })) ?? '';
  expect(text).toContain('\x1b[34mF\x1b[39m\x1b[33mWW\x1b[39m\x1b[94mf\x1b[39m\x1b[93mww\x1b[39m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text.replace(/\x1b\[\d+m/g, '')).toBe(await drawn({}, { width: 13 }));
});
