import { settingsByRule } from '../settings/by-rule.ts';
import type { CompareSettings, TrainSettings } from '../settings/train-settings.ts';

/** One network that a command trains. */
export interface Network {
  readonly settings: TrainSettings;
  /** the file of the run folder that takes its weights */
  readonly weightsFile: string;
  /** in the trace and in progress: `ff`, or `ff, seed 2` */
  readonly title: string;
}

/** The networks of `train` or `compare`, in the order in which they are told: seed by seed, rule by rule. */
export function networksOf(config: TrainSettings | CompareSettings): Network[] {
  const { seeds, seed } = config;
  const single = 'rule' in config;
  return (seeds ?? [seed]).flatMap((one) => {
    const seeded = { ...config, seed: one, seeds: undefined };
    const networks = 'rule' in seeded ? [seeded] : settingsByRule(seeded);
    return networks.map((settings) => ({
      settings,
      weightsFile: [
        single ? '' : `${settings.rule}.`,
        seeds ? `seed-${one}.` : '',
        'weights.safetensors',
      ].join(''),
      title: seeds ? `${settings.rule}, seed ${one}` : settings.rule,
    }));
  });
}
