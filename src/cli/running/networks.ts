import { basename } from 'node:path';
import { isPath, memberSpec } from '../members/member-spec.ts';
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
    return networks.map((settings, i) => {
      const name = nameOf(settings.rule, i);
      return {
        settings,
        weightsFile: [single ? '' : `${name}.`, seeds ? `seed-${one}.` : '', 'weights.safetensors'].join(''),
        title: seeds ? `${name}, seed ${one}` : name,
      };
    });
  });
}

/** A rule by its name; one of one's own by its file and its place in the comparison: `2-mine`. */
function nameOf(rule: string, place: number): string {
  if (!isPath(rule)) return rule;
  return `${place + 1}-${basename(memberSpec('rule', rule).path).replace(/\.[^.]*$/, '')}`;
}
