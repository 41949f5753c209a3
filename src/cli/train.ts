import { Command } from 'commander';
import { display } from './display.ts';
import { execute } from './execute.ts';
import { pipelineOf, runtimeOf } from './network.ts';
import { print, runsFlag } from './output.ts';
import { session } from './session.ts';
import { addFlags, readSettings, trainSettings } from './settings.ts';

/** `forwardflow train`: one pipeline. */
export function train(): Command {
  const command = new Command('train').description('train one pipeline and leave a run folder');
  return runsFlag(addFlags(command, trainSettings)).action(async (flags) => {
    const settings = await readSettings(trainSettings, flags);
    const summary = await session('train', flags.runs, settings, async (ground, runs) => {
      const { folder, trace, signal } = ground;
      const pipeline = pipelineOf(settings, ground);
      const runtime = runtimeOf(settings);
      const weightsFile = 'weights.safetensors';
      runs.push(
        await execute({
          settings,
          pipeline,
          runtime,
          folder,
          trace,
          signal,
          weightsFile,
          display: display(),
        }),
      );
    });
    print(summary, flags.json);
  });
}
