import { random } from '../../../src/core/random.ts';
import type { Scenario, StageCosts } from '../../../src/simulation/scenario.ts';
import { fixed, schedules } from '../../simulation/scenarios.ts';

const orders = [
  'gpipe',
  'recompute',
  'oneFOneB',
  'zbH1',
  'zbH2',
  'zbV',
  'interleaved',
  'dualpipe',
  'chimera',
] as const;
const runLong = ['pipedream', 'pipedream2bw', 'pffSingleLayer', 'paci', 'partime'] as const;

/** One of many scenarios, each unlike the others; of one number always the same. */
export function randomScenario(seed: number): { name: string; scenario: Scenario } {
  const draw = random(seed).fork('scenario');
  const whole = (least: number, most: number): number => least + draw.whole(most - least + 1);
  const likely = (share: number): boolean => draw.uniform() < share;
  const stages = whole(1, 10);
  const kind = draw.uniform();
  const name =
    kind < 0.55
      ? 'stream'
      : kind < 0.6
        ? 'blocking'
        : kind < 0.72
          ? runLong[draw.whole(5)]
          : orders[draw.whole(9)];
  const devices =
    name === 'chimera' || name === 'dualpipe'
      ? 2 * Math.ceil(stages / 2)
      : name === 'zbV'
        ? Math.min(stages, 5)
        : stages;
  const links = Math.max(0, (name === 'interleaved' || name === 'zbV' ? 2 : 1) * devices - 1);
  const one = name !== 'chimera' && name !== 'dualpipe';
  const microbatches =
    name === 'interleaved' || name === 'chimera'
      ? devices * whole(1, 2)
      : name === 'dualpipe'
        ? 2 * devices + 2 * whole(0, 2)
        : whole(1, 7);
  // in whole numbers of 6,400 ns: half of one is whole, and 1 % of it
  const time = (): number => 6400 * whole(1, 200);
  const costs = Array.from(
    { length: devices },
    (): StageCosts =>
      fixed({
        F: time(),
        W: likely(0.8) ? time() : 0,
        U: likely(0.5) ? time() : 0,
        ...(name !== 'stream' && name !== 'pffSingleLayer' && { B: time() }),
      }),
  );
  const list = <T>(make: () => T): T[] => Array.from({ length: links }, make);
  const free = name === 'stream' || name === 'pffSingleLayer' || name === 'blocking';
  const flushes =
    name === 'stream' || name === 'blocking' || (runLong as readonly string[]).includes(name) ? 1 : 2;
  const topDown =
    (name === 'stream' || name === 'gpipe' || name === 'oneFOneB') && likely(0.4)
      ? Array.from({ length: devices - 1 }, (_, to) => ({
          to,
          delay: whole(1, 3),
          ...(likely(0.5) && { latency: time() }),
        })).filter(() => likely(0.6))
      : [];
  const narrow = name === 'stream' && likely(0.2) ? 6400 * whole(1, 300) : 0;
  return {
    name,
    scenario: {
      schedule: schedules[name],
      devices,
      microbatches: microbatches,
      flushes,
      costs,
      capacity: free && likely(0.85) ? list(() => whole(1, 5)) : Number.POSITIVE_INFINITY,
      link: {
        ...(narrow > 0 && { bandwidth: 1e9 }),
        latency: one && likely(0.6) ? list(() => (likely(0.7) ? time() : 0)) : likely(0.5) ? time() : 0,
      },
      blocking: likely(0.5) ? 'after' : 'before',
      bytes: narrow,
      ...(topDown.length > 0 && { topDown }),
      ...(likely(0.3) && { slow: [{ device: draw.whole(devices), factor: 2 }] }),
    },
  };
}
