import { Command } from 'commander';
import { display } from './display.ts';
import { execute } from './execute.ts';
import { pipelineOf, runtimeOf } from './network.ts';
import { print, runsFlag } from './output.ts';
import { session } from './session.ts';
import {
  addFlags,
  type CompareSettings,
  compareSettings,
  readSettings,
  type TrainSettings,
} from './settings.ts';

/** `forwardflow compare`: the same network as a Forward-Forward stream, then as a blocking backprop pipeline. */
export function compare(): Command {
  const command = new Command('compare').description(
    'train the same network twice, as a Forward-Forward stream and as a blocking backprop pipeline, and compare',
  );
  return runsFlag(addFlags(command, compareSettings)).action(async (flags) => {
    const settings = await readSettings(compareSettings, flags);
    const summary = await session('compare', flags.runs, settings, async (ground, runs) => {
      const { folder, trace, signal } = ground;
      for (const one of bothRules(settings)) {
        if (signal.aborted) return;
        const pipeline = pipelineOf(one, ground);
        const runtime = runtimeOf(one);
        const weightsFile = `${one.rule}.weights.safetensors`;
        runs.push(
          await execute({
            settings: one,
            pipeline,
            runtime,
            folder,
            trace,
            signal,
            weightsFile,
            display: display(),
          }),
        );
      }
    });
    print(summary, flags.json);
  });
}

/** What `train` would be told to make each of the two. */
export function bothRules({ backpropLearningRate, ...settings }: CompareSettings): TrainSettings[] {
  return [
    { ...settings, rule: 'ff' },
    { ...settings, rule: 'backprop', learningRate: backpropLearningRate },
  ];
}
