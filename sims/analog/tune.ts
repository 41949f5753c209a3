import { firstOf, mnist, slice } from '../../src/index.ts';
import { columns } from '../../src/report.ts';
import { accuracyOf, arms } from './arms.ts';

/**
 * The learning rates of `arms.ts`: for each arm the mean accuracy on 1,000 samples that were not learned from, at synapse
 * gain spreads 0 and 0.2, on one chip. `node --import tsx sims/analog/tune.ts` prints them.
 */
const rates = [0.01, 0.03, 0.1, 0.3];
const all = await mnist('train');
const task = { samples: firstOf(all, 4000), test: slice(all, all.count - 1000, all.count) };
for (const [key, arm] of Object.entries(arms)) {
  const row: string[] = [];
  for (const learningRate of rates) {
    const found = [];
    for (const synapseGain of [0, 0.2])
      found.push(
        await accuracyOf(
          arm,
          { seed: 100, unknown: { synapseGain } },
          { ...task, hidden: [64, 64], epochs: 1, seed: 100, learningRate },
        ),
      );
    row.push(((100 * (found[0] + found[1])) / 2).toFixed(1));
  }
  process.stdout.write(`${columns(['arm', ...rates.map(String)], [[key, ...row]]).split('\n')[1]}\n`);
}
