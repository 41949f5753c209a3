import { Command } from 'commander';
import { agesText, agesUpTo, type ChipAges } from '../../analog/ages.ts';
import { askedOf, keepAges, readAges } from '../../analog/ages-file.ts';
import { type ChipSettings, chipFlags, chipSettings, loadedRun } from '../../analog/loaded-run.ts';
import { print, printJson } from '../../outlet.ts';
import { runReport } from '../../reporting/run-report.ts';
import { positive, whole } from '../../settings/fields.ts';
import { parse } from '../../settings/read-settings.ts';
import { endOnSignals } from '../../signals.ts';

/** `forwardflow age`: how accurate a network is some time after it was programmed into a chip. */
export function age(): Command {
  const command = new Command('age')
    .description(
      'program the networks of a run folder into a chip, let time pass, and predict the test set at several ages: drift, retention and read noise of the cells as they are described',
    )
    .requiredOption('--seconds <value>', 'the greatest age, in seconds')
    .option('--points <value>', 'ages to predict at: 0, then equal factors (default: 6)')
    .option('--no-report', 'leave report.html of the run as it is');
  return chipFlags(command).action(async (run: string, { json, runs, seconds, points, report, ...flags }) => {
    endOnSignals();
    const most = parse(positive('seconds'), seconds, 'settings');
    const ages = agesUpTo(most, parse(whole('points', 2).default(6), points, 'settings'));
    const asked: ChipSettings = parse(chipSettings, flags, 'settings');
    const loaded = await loadedRun(run, String(runs), asked);
    const before = await readAges(loaded.folder);
    const networks: ChipAges[] = [];
    for (const network of loaded.networks) {
      const rows: ChipAges['ages'][number][] = [];
      let samples = 0;
      for (const restSeconds of ages) {
        const { prediction } = await network.predict({ restSeconds });
        samples = prediction.samples;
        rows.push({ seconds: restSeconds, testAccuracy: prediction.testAccuracy });
      }
      const { rule, seed, chipSeed, cell } = network;
      networks.push({ rule, seed, chipSeed, cell, samples, asked: askedOf(asked), ages: rows });
    }
    const kept = await keepAges(loaded.folder, before, networks);
    const page = kept && report ? await runReport(loaded.folder) : undefined;
    if (json)
      printJson({ runFolder: loaded.folder, runs: networks, ...(page !== undefined && { report: page }) });
    else print(`${agesText(networks)}\n${page === undefined ? '' : `report: ${page}\n`}`);
  });
}
