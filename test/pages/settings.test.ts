import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { laneOf } from '../../src/pages/playground/simulator/lane.ts';
import {
  commandOf,
  hashOf,
  settingsIn,
  simulationOf,
  usual,
} from '../../src/pages/playground/simulator/settings.ts';

describe('the address of the playground', () => {
  it('holds what is other than usual, and gives it back', () => {
    const settings = {
      ...usual,
      schedule: 'gpipe',
      slow: '1:1.5,2:3',
      cost: 'F=exp:1ms,B=2ms,W=1ms,U=0',
      capacity: '3',
    };
    expect(settingsIn(hashOf(settings))).toEqual({ settings, problems: [] });
    expect(hashOf(usual)).toBe('');
  });

  it('may be any text: what breaks a rule is told, and the rest stands', () => {
    const { settings, problems } = settingsIn(
      'stages=5&microbatches=-1&schedule=1f1b&__proto__=1&chunks=abc',
    );
    expect(settings).toEqual({ ...usual, stages: '5', schedule: '1f1b', chunks: 'abc' });
    expect(problems).toEqual([
      'microbatches must be a whole number, 1 or more; got -1',
      "address must hold known settings only; got '__proto__'",
    ]);
    const draw = random(3);
    const letters = 'stages=microbatches&cost:F1,;%5Bexp∞\u0000<>\'"';
    for (let i = 0; i < 300; i++) {
      const text = Array.from({ length: draw.whole(60) }, () => letters[draw.whole(letters.length)]).join('');
      for (const side of ['schedule', 'against'] as const) {
        const read = settingsIn(text).settings;
        expect(simulationOf(read, read[side]).stages).toBeLessThanOrEqual(64);
      }
    }
    expect(settingsIn('a'.repeat(3000)).problems[0]).toContain('at most 2000 characters');
  });

  it('may ask for times beyond all measure, and gets a sentence or a picture', async () => {
    for (const linkLatency of ['1e300h', '1e-300ns', '1e308h']) {
      const { settings } = settingsIn(`linkLatency=${linkLatency}`);
      const lane = await laneOf(settings, 'gpipe').catch((error: Error) => error.message);
      expect(typeof lane === 'string' || lane.document.makespan > 0).toBe(true);
    }
  });
});

it('the command of a lane names what is other than usual', () => {
  const settings = simulationOf({ ...usual, slow: '1:2', linkLatency: '1ms' }, 'stream');
  expect(commandOf(settings)).toBe(
    'forwardflow simulate --schedule stream --microbatches 8 --cost F=1ms,B=1ms,W=1ms,U=0 --link-latency 1ms --slow 1:2',
  );
});
