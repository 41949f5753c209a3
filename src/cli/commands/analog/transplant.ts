import { Command } from 'commander';
import { chipFlags, chipSettings, loadedRun } from '../../analog/loaded-run.ts';
import { type Transplanted, transplantText } from '../../analog/transplanted.ts';
import { print, printJson } from '../../outlet.ts';
import { wholeList } from '../../settings/fields.ts';
import { parse } from '../../settings/read-settings.ts';
import { endOnSignals } from '../../signals.ts';

/** chips at a time */
const most = 1000;

/** `forwardflow transplant`: what a network's weights are worth on another chip. */
export function transplant(): Command {
  const command = new Command('transplant').description(
    'copy the weights of a run folder to other chips and predict the test set there: what was learned on one chip fits its cells alone',
  );
  return chipFlags(command).action(async (run: string, { json, runs, chipSeed, ...flags }) => {
    endOnSignals();
    const seeds = parse(wholeList('chipSeed', 0, most), chipSeed, 'settings');
    const loaded = await loadedRun(run, String(runs), parse(chipSettings, flags, 'settings'));
    const networks: Transplanted[] = [];
    for (const network of loaded.networks) {
      const accuracyOn = async (chip: number) =>
        (await network.predict({ chipSeed: chip })).prediction.testAccuracy;
      const { rule, seed, trainedOn } = network;
      const own = trainedOn === undefined ? null : await accuracyOn(trainedOn);
      const chips: Transplanted['chips'][number][] = [];
      for (const chip of seeds) chips.push({ chipSeed: chip, testAccuracy: await accuracyOn(chip) });
      networks.push({ rule, seed, trainedOn: trainedOn ?? null, testAccuracy: own, chips });
    }
    if (json) printJson({ runFolder: loaded.folder, runs: networks });
    else print(`${transplantText(networks, loaded.folder)}\n`);
  });
}
