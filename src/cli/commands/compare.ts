import { Command } from 'commander';
import { print, runsFlag } from '../running/output.ts';
import { trainAll } from '../running/train-all.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { type CompareSettings, compareSettings, type TrainSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';
import { productsOf } from '../values/products.ts';

/** `forwardflow compare`: the same network by one rule after the other: local ones as a stream, backprop as its schedule says. */
export function compare(): Command {
  const command = new Command('compare').description(
    'train the same network by each of the rules, Forward-Forward as a stream and backprop as a blocking pipeline or by another schedule, and compare',
  );
  return runsFlag(addFlags(command, compareSettings)).action(async ({ json, runs, gantt, ...flags }) => {
    endOnSignals();
    const asked = await readSettings(compareSettings, flags);
    const products = await productsOf(asked);
    const config = { ...asked, epochs: asked.epochs ?? epochsOfAMinute(products.name) };
    const networks = settingsByRule(config).map((settings) => ({
      settings,
      weightsFile: weightsFileOf(settings),
    }));
    const job = { command: 'compare', root: runs, config, products, networks } as const;
    print(await trainAll({ ...job, pictures: gantt === true && !json }), json);
  });
}

/** Passes over MNIST that the main job, Forward-Forward and backprop, makes in about a minute on two cores. */
function epochsOfAMinute(products: string): number {
  return products === 'blas' || products === 'simd' ? 5 : 2;
}

/** What `train` would be told to make each of them. */
export function settingsByRule({
  rules,
  monoForwardLearningRate,
  backpropLearningRate,
  epochs = 1,
  ...settings
}: CompareSettings): TrainSettings[] {
  const learningRates = {
    ff: settings.learningRate,
    'mono-forward': monoForwardLearningRate,
    backprop: backpropLearningRate,
  };
  return rules.map((rule) => ({ ...settings, epochs, rule, learningRate: learningRates[rule] }));
}

/** The file of a comparison's run folder that takes the weights of one network. */
export function weightsFileOf({ rule }: Pick<TrainSettings, 'rule'>): string {
  return `${rule}.weights.safetensors`;
}
