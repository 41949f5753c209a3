import type { NetworkForm } from '../../report.ts';
import { isPath } from '../members/member-spec.ts';
import type { StoredData } from '../running/run-data.ts';
import { kindOf, showsLabels } from '../settings/rules.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { cutIntoBlocks } from '../values/blocks.ts';

/**
 * What a network of a run computes, for a script without this library.
 *
 * @returns why that can't be said, where it can't: `rule; got value`
 */
export function formOf(
  settings: TrainSettings,
  stored: StoredData | undefined,
): NetworkForm | { readonly refused: string } {
  const { rule, layers, goodness } = settings;
  const refused = refusal(settings);
  if (refused !== undefined) return { refused };
  if (stored === undefined) return { refused: 'of a run folder with data.json; got one without' };
  const { width, classNames: classes, scaling } = stored.known;
  const shared = { width, classes, scaling };
  const hidden = layers.length;
  switch (kindOf(rule)) {
    case 'backprop':
      return { ...shared, layers: { kind: 'backprop', hidden } };
    case 'mono-forward':
      return {
        ...shared,
        layers: { kind: 'local', blocks: layers.map(() => 1), normalise: settings.normalise },
      };
    case 'block-local': {
      const blocks = cutIntoBlocks(layers, settings.blocks).map((block) => block.length);
      return { ...shared, layers: { kind: 'local', blocks, normalise: settings.normalise } };
    }
    case 'ff': {
      const readout = settings.readout ? layers.map((_, i) => i).filter((i) => i > 0 || hidden === 1) : [];
      const label = showsLabels(settings) ? stored.labelPlace : 'none';
      return {
        ...shared,
        layers: {
          ...{ kind: 'ff', hidden, label, readout, strength: settings.labelStrength },
          goodness: goodness === 'sum' ? 'sum' : 'mean',
        },
      };
    }
  }
}

function refusal({ rule, tile, goodness, negatives }: TrainSettings): string | undefined {
  if (isPath(rule)) return `of layers that this library has; got rule '${rule}'`;
  if (tile === 'crossbar' || isPath(tile))
    return `on a digital tile, whose weights are all there is to it; got tile '${tile}'`;
  if (isPath(goodness)) return `with goodness 'mean' or 'sum'; got '${goodness}'`;
  if (isPath(negatives)) return `with negatives that this library has; got '${negatives}'`;
  return undefined;
}
