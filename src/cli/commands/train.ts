import { Command } from 'commander';
import { namedTile } from '../../index.ts';
import { print, runsFlag } from '../running/output.ts';
import { trainAll } from '../running/train-all.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { addRecipeFlag } from '../settings/recipes.ts';
import { trainSettings } from '../settings/train-settings.ts';

/** `forwardflow train`: one pipeline. */
export function train(): Command {
  const command = new Command('train').description('train one pipeline and leave a run folder');
  return runsFlag(addRecipeFlag(addFlags(command, trainSettings))).action(
    async ({ json, runs, gantt, ...flags }) => {
      const settings = await readSettings(trainSettings, flags);
      const networks = [{ settings, weightsFile: 'weights.safetensors' }];
      const tile = await namedTile(settings.tile);
      const job = { command: 'train', root: runs, config: settings, tile, networks } as const;
      print(await trainAll({ ...job, pictures: gantt === true && !json }), json);
    },
  );
}
