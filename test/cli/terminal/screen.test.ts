import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Figures } from '../../../src/cli/running/figures.ts';
import { colours, redraws } from '../../../src/cli/terminal/capabilities.ts';
import { bar, sparkline } from '../../../src/cli/terminal/marks.ts';
import { Screen } from '../../../src/cli/terminal/screen.ts';
import { stressProgress } from '../../../src/cli/terminal/stress-progress.ts';
import { trainProgress } from '../../../src/cli/terminal/train-progress.ts';
import { fakeTerminal } from './fake-terminal.ts';

let now = 0;
const clock = (): number => now * 1e9;
beforeEach(() => {
  now = 0;
  for (const name of ['NO_COLOR', 'FORCE_COLOR']) vi.stubEnv(name, undefined);
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => vi.unstubAllEnvs());

function figures(accuracy: number | undefined, samples: number, stages = 2): Figures {
  const shares = { busy: 0.5, starved: 0.25, blocked: 0.2, communicating: 0.05 };
  return {
    progress: { epoch: 2, testing: false },
    throughput: { samples, samplesPerSecond: 2000 },
    running: { accuracy },
    utilisation: { stages: Array.from({ length: stages }, () => shares) },
  } as unknown as Figures;
}

describe('on a terminal', () => {
  test('the progress of a run has its speed, what is left, its accuracies, and a line a stage', () => {
    const terminal = fakeTerminal(100);
    const display = trainProgress(new Screen(terminal.stream, clock));
    for (const [i, accuracy] of [0.1, 0.5, 0.9].entries()) {
      now += 1;
      display.show('ff', figures(accuracy, 1000 * (i + 1)), 10_000, 5);
    }
    expect(terminal.shown()).toEqual([
      'ff  epoch 2/5  30 %  ETA 4 s',
      '2,000 samples/s  running accuracy 90.0 %  ▁▅█',
      'stage 0 ███████████████▒▒▒▒▒▒░░░░░░░░   50 % busy  25 % starved  20 % blocked',
      'stage 1 ███████████████▒▒▒▒▒▒░░░░░░░░   50 % busy  25 % starved  20 % blocked',
    ]);
    display.clear();
    expect(terminal.shown()).toEqual([]);
  });

  test.each([20, 40, 60, 80])(
    'no line is wider than %i columns less one, nor are there more than fit',
    (columns) => {
      const terminal = fakeTerminal(columns, 10);
      const screen = new Screen(terminal.stream, clock);
      const displays = [trainProgress(screen), trainProgress(screen)];
      for (const [i, display] of displays.entries())
        display.show(`network ${i}`, figures(0.5, 10, 30), 1000, 5);
      now += 1;
      displays[0].show('network 0', figures(0.6, 20, 30), 1000, 5);
      const shown = terminal.shown();
      expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(columns);
      expect(shown.length).toBeLessThan(10);
      expect(shown.filter((line) => line.startsWith('network'))).toHaveLength(2);
      expect(shown.join()).toContain('more stages'.slice(0, columns - 8));
    },
  );

  test('it is drawn ten times a second at most, and lifted for what else is written', () => {
    const terminal = fakeTerminal(80);
    const screen = new Screen(terminal.stream, clock);
    const display = trainProgress(screen);
    for (let i = 0; i < 100; i++) display.show('ff', figures(0.5, i), 1000, 5);
    expect(terminal.written().match(/epoch/g)).toHaveLength(1);
    screen.lift();
    terminal.stream.write('a remark\n');
    now += 1;
    display.show('ff', figures(0.5, 500), 1000, 5);
    expect(terminal.shown().slice(0, 2)).toEqual(['a remark', 'ff  epoch 2/5  50 %  ETA 1 s']);
    display.clear();
    expect(terminal.shown()).toEqual(['a remark']);
  });

  test('a stream shows what it has learned and lost', () => {
    const terminal = fakeTerminal(80);
    stressProgress(new Screen(terminal.stream, clock)).show({
      ...{ seconds: 12, accuracy: 0.5, stages: [{ busy: 1, starved: 0, blocked: 0 }] },
      flow: { learned: 2400, dropped: { total: 3 }, inFlight: 16 },
      latency: { latencyMs: { p99: 12.34 } },
    } as unknown as Parameters<ReturnType<typeof stressProgress>['show']>[0]);
    expect(terminal.shown().slice(0, 2)).toEqual([
      '12 s  2,400 learned  3 dropped  16 in flight',
      'p99 12.3 ms  accuracy 50.0 %  ▄',
    ]);
  });

  test('colours are left out where NO_COLOR asks for it, and not where FORCE_COLOR does', () => {
    const written = (): string => {
      const terminal = fakeTerminal(80);
      trainProgress(new Screen(terminal.stream, clock)).show('ff', figures(0.5, 10), 1000, 5);
      return terminal.written();
    };
    expect(written()).toContain('\x1b[34m█');
    vi.stubEnv('NO_COLOR', '1');
    expect(written()).not.toContain('\x1b[3');
    vi.stubEnv('FORCE_COLOR', '1');
    expect(written()).toContain('\x1b[34m█');
  });
});

test('elsewhere a run says a plain line of 80 characters at most every five seconds, and nothing else', () => {
  const terminal = fakeTerminal(80, 24, false);
  const display = trainProgress(new Screen(terminal.stream, clock));
  for (now = 0; now < 12; now += 0.5) display.show('ff', figures(0.5, 10, 30), 1000, 5);
  display.clear();
  expect(terminal.written().split('\n')).toEqual([
    'ff epoch 2/5  ETA 1 s  2,000 samples/s  running accuracy 50.0 %',
    'ff epoch 2/5  ETA 1 s  2,000 samples/s  running accuracy 50.0 %',
    '',
  ]);
});

test('quiet shows nothing', () => {
  for (const isTTY of [true, false]) {
    const terminal = fakeTerminal(80, 24, isTTY);
    const screen = new Screen(terminal.stream, clock);
    screen.quiet = true;
    const display = trainProgress(screen);
    for (now = 0; now < 12; now += 1) display.show('ff', figures(0.5, 10), 1000, 5);
    display.clear();
    expect(terminal.written()).toBe('');
  }
});

test.each([
  [{ isTTY: true, env: {} }, true],
  [{ isTTY: false, env: {} }, false],
  [{ isTTY: true, env: { NO_COLOR: '1' } }, false],
  [{ isTTY: true, env: { NO_COLOR: '' } }, true],
  [{ isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, true],
  [{ isTTY: false, env: { FORCE_COLOR: '3' } }, true],
  [{ isTTY: true, env: { FORCE_COLOR: '0' } }, false],
  [{ isTTY: true, env: { TERM: 'dumb' } }, false],
])('of %j colours are %s', (surroundings, answer) => {
  expect(colours(surroundings)).toBe(answer);
  expect(redraws({ isTTY: true, env: { TERM: 'dumb' } })).toBe(false);
});

test('a sparkline spans the values, and a bar its width', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([5, 5], 8)).toBe('▄▄');
  expect(sparkline([], 8)).toBe('');
  expect(
    sparkline(
      Array.from({ length: 1000 }, (_, i) => i),
      4,
    ),
  ).toBe('▁▃▆█');
  for (const busy of [0, 0.333, 0.5, 1])
    expect(bar({ busy, starved: (1 - busy) / 2, blocked: (1 - busy) / 2 }, 13, false)).toMatch(/^[█▒░]{13}$/);
  expect(bar({ busy: 0.7, starved: 0.7, blocked: 0.1 }, 10, false)).toHaveLength(10);
});
