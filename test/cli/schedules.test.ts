import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/cli/settings/read-settings.ts';
import {
  learningNames,
  loadSchedule,
  scheduleNamed,
  scheduleNames,
  scheduleOptions,
  schedulePlan,
} from '../../src/cli/settings/schedules.ts';
import { simulationSettings } from '../../src/cli/settings/simulation-settings.ts';
import { compareSettings, trainSettings } from '../../src/cli/settings/train-settings.ts';
import { pipelineOf } from '../../src/cli/values/network.ts';
import { scenarioOf } from '../../src/cli/values/scenario.ts';
import { plain } from '../../src/extend.ts';
import { train } from '../runtimes/runs.ts';

const outside = './test/package/outside';
const folder = mkdtempSync(join(tmpdir(), 'forwardflow-schedules-'));
let files = 0;
const fileOf = (code: string): string => {
  const path = join(folder, `schedule-${files++}.mjs`);
  writeFileSync(path, code);
  return path;
};

test('commands list every schedule in its folder, and those to learn by that stages can follow', () => {
  const members = readdirSync(new URL('../../src/schedules/', import.meta.url)).filter(
    (file) => file.endsWith('.ts') && file !== 'schedule.ts',
  );
  expect(new Set(scheduleNames.map((name) => schedulePlan(name).module)).size).toBe(members.length);
  expect(learningNames).toEqual(
    [
      '1f1b',
      'blocking',
      'gpipe',
      'interleaved-1f1b',
      'paci',
      'partime',
      'pipedream',
      'stream',
      'zb-h1',
      'zb-h2',
      'zb-v',
    ].sort(),
  );
  expect(Object.keys(scheduleOptions)).toEqual(['chunks', 'wraps']);
  expect(schedulePlan('interleaved-1f1b', { chunks: 3, wraps: undefined, stages: 4 }).options).toEqual({
    chunks: 3,
    wraps: 'all',
  });
});

test('an option is for the schedule that takes it', async () => {
  const scenario = (settings: object) => scenarioOf(simulationSettings.parse(settings));
  await expect(scenario({ schedule: '1f1b', chunks: '3' })).rejects.toThrow(
    'chunks must be left out with schedule 1f1b; got 3',
  );
  await expect(scenario({ schedule: 'gpipe', window: '3' })).rejects.toThrow(
    'window must be left out with schedule gpipe; got 3',
  );
  const { schedule } = await scenario({ schedule: 'interleaved-1f1b', chunks: '3' });
  expect(schedule.layout?.(2, 4)[0].devices).toHaveLength(6);
  expect(() => simulationSettings.parse({ chunks: 0 })).toThrow(
    'chunks must be a whole number, 1 or more; got 0',
  );
});

test('a schedule of your own is found by its path: the only exported function, or the default export', async () => {
  const path = await loadSchedule(`${outside}/schedule.ts`);
  expect(scheduleNamed(path)).toMatchObject({ rule: 'backprop', schedule: { name: 'one-by-one' } });
  expect(scheduleNamed(await loadSchedule(`${outside}/policy.ts`))).toMatchObject({ rule: 'ff' });
  expect(await loadSchedule('1f1b')).toBe('1f1b');
});

test('it is trained by the rules that it serves, and those that are compared with it run by their own', async () => {
  const pipelineWith = async (flags: Record<string, unknown>) =>
    pipelineOf(await readSettings(trainSettings, flags), { samples: train, products: plain() });
  const order = await pipelineWith({ rule: 'backprop', schedule: `${outside}/schedule.ts` });
  expect(order).toMatchObject({ schedule: { name: 'one-by-one' }, flush: 4 });
  const policy = await pipelineWith({ schedule: `${outside}/policy.ts` });
  expect(policy.schedule.name).toBe('eager');
  expect((await pipelineWith({ rule: 'mono-forward', schedule: 'stream' })).schedule.name).toBe('stream');
  await expect(pipelineWith({ rule: 'backprop', schedule: `${outside}/policy.ts` })).rejects.toThrow(
    /^schedule must serve rule backprop; got '.*policy\.ts', for layers that learn locally$/,
  );
  await expect(pipelineWith({ schedule: `${outside}/schedule.ts` })).rejects.toThrow(
    /^schedule must be left out with rule ff; got '.*schedule\.ts'$/,
  );
  const compared = await readSettings(compareSettings, { schedule: `${outside}/policy.ts` });
  const [local, backward] = compared.rules.map((rule) =>
    pipelineOf(trainSettings.parse({ ...trainSettings.parse({}), rule, schedule: compared.schedule }), {
      samples: train,
      products: plain(),
    }),
  );
  expect([local.schedule.name, backward.schedule.name]).toEqual(['eager', 'blocking']);
});

test('a module without a schedule, or with several, is refused in one sentence', async () => {
  const rule = 'must be a module with a default export, or one exported function, that gives a plan; got';
  const refused = async (code: string, got: string) => {
    const path = fileOf(code);
    await expect(loadSchedule(path)).rejects.toThrow(`schedule ${path} ${rule} ${got}`);
  };
  await refused('export const create = () => ({});', 'none');
  await refused('export const a = () => ({}); export const b = () => ({});', 'a, b');
  await refused('export default () => ({ options: {} });', '{"options":{}}');
  await refused('export default () => undefined;', 'undefined');
  const broken = fileOf('export default (');
  await expect(loadSchedule(broken)).rejects.toThrow(
    `schedule ${broken} must be a module that can be loaded; got `,
  );
  await expect(loadSchedule('./none.ts')).rejects.toThrow(
    'schedule ./none.ts must be a module that can be loaded; got ',
  );
  const idle = fileOf(`export default () => ({ module: import.meta.url, name: 'x', options: {} });`);
  await expect(loadSchedule(idle)).rejects.toThrow(/module of plan 'x' must export create/);
});

test('options behind its path reach its factory, and make it another schedule to commands', async () => {
  const code = `export default ({ ahead = 1 } = {}) => ({ module: import.meta.url, name: 'own', options: { ahead } });
    export const create = ({ ahead }) => ({ name: 'own', serves: ['locally'], inFlight: ahead, returnsInputAfter: 'W',
      sendsGradientAfter: 'B', updates: 'microbatch', next: () => 'F' });`;
  const path = fileOf(code);
  const [plainly, ahead] = [await loadSchedule(path), await loadSchedule(`${path}:ahead=3`)];
  expect(ahead).toBe(`${plainly}:ahead=3`);
  expect([plainly, ahead].map((name) => scheduleNamed(name).schedule.inFlight)).toEqual([1, 3]);
  expect(schedulePlan(ahead).options).toEqual({ ahead: 3 });
  expect(scheduleNamed(`${path}:ahead=3`)).toBe(scheduleNamed(ahead));
});
