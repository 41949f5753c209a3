import { Command } from 'commander';
import { namedTile } from '../index.ts';
import { print, runsFlag } from './output.ts';
import {
  addFlags,
  type CompareSettings,
  compareSettings,
  readSettings,
  type TrainSettings,
} from './settings.ts';
import { trainAll } from './train-all.ts';

/** `forwardflow compare`: the same network as a Forward-Forward stream, then as a blocking backprop pipeline. */
export function compare(): Command {
  const command = new Command('compare').description(
    'train the same network twice, as a Forward-Forward stream and as a blocking backprop pipeline, and compare',
  );
  return runsFlag(addFlags(command, compareSettings)).action(async ({ json, runs, ...flags }) => {
    const asked = await readSettings(compareSettings, flags);
    const tile = await namedTile(asked.tile);
    const config = { ...asked, epochs: asked.epochs ?? epochsOfAMinute(tile.name) };
    const networks = bothRules(config).map((settings) => ({
      settings,
      weightsFile: weightsFileOf(settings),
    }));
    print(await trainAll({ command: 'compare', root: runs, config, tile, networks }), json);
  });
}

/** Passes over MNIST that the main job makes in about a minute on two cores, both networks together. */
function epochsOfAMinute(tile: string): number {
  return tile === 'blas' ? 5 : 2;
}

/** What `train` would be told to make each of the two. */
export function bothRules({
  backpropLearningRate,
  epochs = 1,
  ...settings
}: CompareSettings): TrainSettings[] {
  return [
    { ...settings, epochs, rule: 'ff' },
    { ...settings, epochs, rule: 'backprop', learningRate: backpropLearningRate },
  ];
}

/** The file of a comparison's run folder that takes the weights of one network. */
export function weightsFileOf({ rule }: Pick<TrainSettings, 'rule'>): string {
  return `${rule}.weights.safetensors`;
}
