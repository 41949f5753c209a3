import type { CompareSettings, TrainSettings } from './train-settings.ts';

/** What `train` would be told to make each network of a comparison. */
export function settingsByRule({
  rules,
  monoForwardLearningRate,
  backpropLearningRate,
  blockLocalLearningRate,
  epochs = 1,
  ...settings
}: CompareSettings): TrainSettings[] {
  const learningRates: Readonly<Record<string, number | undefined>> = {
    ff: settings.learningRate,
    'mono-forward': monoForwardLearningRate,
    backprop: backpropLearningRate,
    'block-local': blockLocalLearningRate,
  };
  return rules.map((rule) => ({
    ...settings,
    epochs,
    rule,
    learningRate: rule in learningRates ? learningRates[rule] : settings.learningRate,
  }));
}
