import { Command } from 'commander';
import { namedProducts } from '../../index.ts';
import { print, runsFlag } from '../running/output.ts';
import { trainAll } from '../running/train-all.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { addRecipeFlag } from '../settings/recipes.ts';
import { trainSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';

/** `forwardflow train`: one pipeline. */
export function train(): Command {
  const command = new Command('train').description('train one pipeline and leave a run folder');
  return runsFlag(addRecipeFlag(addFlags(command, trainSettings))).action(
    async ({ json, runs, gantt, ...flags }) => {
      endOnSignals();
      const settings = await readSettings(trainSettings, flags);
      const networks = [{ settings, weightsFile: 'weights.safetensors' }];
      const products = await namedProducts(settings.products ?? settings.tile);
      const job = { command: 'train', root: runs, config: settings, products, networks } as const;
      print(await trainAll({ ...job, pictures: gantt === true && !json }), json);
    },
  );
}
