import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../../src/core/trace.ts';
import { make } from '../../../src/extend.ts';
import { stream } from '../../../src/index.ts';
import { gantt } from '../../../src/report.ts';
import { constant, ms, type Schedule, SimulatedTrace, simulate } from '../../../src/simulation.ts';
import { op } from '../../measures/trace.ts';

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

describe('the last stretch of a run', () => {
  /** Two stages of a stream: F W at the first, and at the second a column later. */
  function streamed(microbatches: number): TraceEvent[] {
    return Array.from({ length: microbatches }, (_, m) =>
      [0, 1].flatMap((stage) => [
        op('F', stage, m, 2 * m + stage, 2 * m + stage + 1),
        op('W', stage, m, 2 * m + stage + 1, 2 * m + stage + 2),
      ]),
    ).flat();
  }
  const text = (events: readonly TraceEvent[], width = 3 + 16): string[] => {
    const picture = gantt('last');
    for (const event of events) picture.add(event);
    return (picture.text({ width }) ?? '').split('\n');
  };

  test('is of the last eight microbatches, however long the run, up to where the first stage ends', () => {
    const lines = text(streamed(10_001));
    expect(lines.slice(0, 2)).toEqual(['0  fwFWfwFWfwFWfwFW', '1  WfwFWfwFWfwFWfwF']);
  });

  test('does not begin anew with the predictions after it', () => {
    const predictions = Array.from({ length: 5000 }, (_, i) =>
      op('F', 0, 20_000 + i, 50_000 + i, 50_001 + i, { purpose: 'goodness' }),
    );
    expect(text([...streamed(10_001), ...predictions])).toEqual(text(streamed(10_001)));
  });

  test('has the predictions between its microbatches', () => {
    const events = streamed(10);
    const between = op('F', 0, 100, 20, 22, { purpose: 'onePass' });
    const later = streamed(12)
      .slice(-8)
      .map((event) => ('end' in event ? { ...event, start: event.start + 2, end: event.end + 2 } : event));
    const lines = text([...events, between, ...later], 3 + 18);
    expect(lines[0]).toContain('PP');
    expect(lines.join('\n')).toContain('P prediction');
  });

  test('is all that there is of a short run', () => {
    expect(text(streamed(2), 3 + 10)[0]).toBe('0  FFW0Wffw1w');
    expect(gantt('last').text({ width: 80 })).toBeUndefined();
  });
});
