import { Command } from 'commander';
import { whileScraped } from '../exporting/metrics-port.ts';
import { runReport } from '../reporting/run-report.ts';
import { networksOf } from '../running/networks.ts';
import { lanesAsked, print, runsFlag } from '../running/output.ts';
import { trainAll } from '../running/train-all.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { compareSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';
import { quietFlag } from '../terminal/quiet.ts';
import { productsOf } from '../values/products.ts';

/** `forwardflow compare`: the same network by one rule after the other: local ones as a stream, backprop as its schedule says. */
export function compare(): Command {
  const command = new Command('compare').description(
    'train the same network by each of the rules, Forward-Forward as a stream and backprop as a blocking pipeline or by another schedule, and compare',
  );
  return quietFlag(runsFlag(addFlags(command, compareSettings))).action(
    async ({ json, runs, gantt, trace, report: reported, sideBySide: lanes, metricsPort, ...flags }) => {
      endOnSignals();
      const asked = await readSettings(compareSettings, flags);
      const products = await productsOf(asked);
      const config = { ...asked, epochs: asked.epochs ?? epochsOfAMinute(products.name) };
      const networks = networksOf(config);
      const sideBySide = lanesAsked(lanes);
      const report = reported ? runReport : undefined;
      const job = {
        command: 'compare',
        root: runs,
        config,
        products,
        networks,
        trace,
        report,
        sideBySide,
      } as const;
      const pictures = gantt === true && !json;
      print(await whileScraped(metricsPort, (metrics) => trainAll({ ...job, pictures, metrics })), json);
    },
  );
}

/** Passes over MNIST that the main job, Forward-Forward and backprop, makes in about a minute on two cores. */
function epochsOfAMinute(products: string): number {
  return products === 'blas' || products === 'simd' ? 5 : 2;
}
