import { expect, test } from 'vitest';
import { execute } from '../../src/cli/running/execute.ts';
import { RunFiles } from '../../src/cli/running/run-files.ts';
import { trainSettings } from '../../src/cli/settings/train-settings.ts';
import { pipelineOf, runtimeOf } from '../../src/cli/values/network.ts';
import { plain } from '../../src/extend.ts';
import { idxFolder } from '../../src/index.ts';
import { openRunFolder, table, wallDate } from '../../src/report.ts';
import { fixture, runsFolder } from './forwardflow.ts';

test('a run that is interrupted before it has learned anything reports noughts, not NaN or null', async () => {
  const settings = trainSettings.parse({ layers: [5, 4], runtime: 'inline' });
  const [samples, test] = [await idxFolder(fixture, 'train'), await idxFolder(fixture, 'test')];
  const folder = await openRunFolder(runsFolder(), 'train', wallDate());
  const files = new RunFiles(folder, 1, () => {});
  const pipeline = pipelineOf(settings, { samples, test, products: plain() });
  const report = await execute({
    settings,
    pipeline,
    runtime: await runtimeOf(settings, pipeline),
    files,
    weightsFile: 'weights.safetensors',
    display: { show() {}, clear() {} },
    signal: AbortSignal.abort(),
  });
  files.close();
  expect(report).toMatchObject({
    samples: 0,
    samplesPerSecond: 0,
    peakActivationBytes: 0,
    interrupted: true,
  });
  expect(report.stages.map(({ peakActivationBytes }) => peakActivationBytes)).toEqual([0, 0]);
  expect(report.testAccuracy).toBeNull();
  expect(report.weightsHash).toMatch(/^[0-9a-f]{64}$/);
  expect(table([report])).not.toContain('NaN');
});
