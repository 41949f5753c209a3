import { gpipe, interleaved, oneFOneB, pipedream, stream, zbH1, zbH2 } from '../src/index.ts';
import { columns, type Study } from '../src/report.ts';
import { chimera, type constant, type SchedulePlan } from '../src/simulation.ts';
import { backpropCosts, forwardForwardCosts, keptShare, monoForwardCosts, rate, u } from './costs.ts';

/**
 * At how many microbatches a flush, and at which latency of the links, does a local rule get more through than backprop?
 *
 * 8 stages; latency in units of one product u; equal numbers of epochs (r = 1). The local rules’ links hold 4 microbatches,
 * those under way included: enough for what is looked at, for nothing comes back but credit, which takes no time here.
 * At the end all rules leave samples out and keep a share f: FF does 2 + 2f units, Mono-Forward 1 + f, backprop 1 + 2f.
 */
export default async function crossover(): Promise<Study> {
  const devices = 8;
  const sizes = [8, 16, 24, 32, 64, 128];
  const latencies = [0, 0.1, 0.25, 0.5, 0.75, 1, 2, 4];
  const links = latencies.map((c) => ({ latency: Math.round(c * u) }));
  const plans: SchedulePlan[] = [
    gpipe(),
    gpipe({ recompute: true }),
    oneFOneB(),
    interleaved({ chunks: 2, wraps: 'all' }),
    chimera(),
    zbH1(),
    zbH2(),
    pipedream(),
  ];
  const local = (costs: { F: ReturnType<typeof constant>; W: ReturnType<typeof constant> }, kept = 1) =>
    Promise.all(
      links.map((link) => rate(stream(), { devices, microbatches: 4000, costs, capacity: 4, link, kept })),
    );
  const [ff, mono] = [await local(forwardForwardCosts), await local(monoForwardCosts)];
  const [ffKept, monoKept] = [
    await local(forwardForwardCosts, keptShare),
    await local(monoForwardCosts, keptShare),
  ];
  const maps: string[] = [];
  const won = { ff: 0, mono: 0, all: 0, unhidden: 0 };
  const kept = { ff: 0, mono: 0 };
  const selective: string[][] = [];
  for (const plan of plans) {
    const before = { ...kept };
    const rows: string[][] = [];
    for (const m of sizes) {
      const microbatches = plan.name === 'pipedream' ? 40 * m : m;
      const cells: string[] = [];
      for (const [i, link] of links.entries()) {
        const theirs = await rate(plan, { devices, microbatches, costs: backpropCosts, link });
        const chosen = await rate(plan, {
          devices,
          microbatches,
          costs: backpropCosts,
          link,
          kept: keptShare,
        });
        if (ffKept[i] > chosen * (1 + 1e-9)) kept.ff++;
        if (monoKept[i] > chosen * (1 + 1e-9)) kept.mono++;
        const cell = ff[i] > theirs * (1 + 1e-9) ? 'FF' : mono[i] > theirs * (1 + 1e-9) ? 'MF' : '·';
        if (cell === 'FF') won.ff++;
        if (cell !== '·') won.mono++;
        if (cell === 'FF' && i === 0) won.unhidden++;
        won.all++;
        cells.push(cell);
      }
      rows.push([`m = ${m}`, ...cells]);
    }
    const name = plan.options.recompute ? 'gpipe with recompute' : plan.name;
    maps.push(`against ${name}:`, columns(['', ...latencies.map((c) => `c = ${c}u`)], rows), '');
    selective.push([name, String(kept.ff - before.ff), String(kept.mono - before.mono)]);
  }
  const points = sizes.length * latencies.length;
  maps.push(
    `where all keep f = ${keptShare} of the samples, points won of ${points} against:`,
    columns(['', 'FF, 2 + 2f u', 'MF, 1 + f u'], selective),
    '',
  );
  return {
    question:
      'Where does a local rule get more through 8 stages than backprop? FF: Forward-Forward does, and Mono-Forward too; MF: only Mono-Forward; ·: neither.',
    measured: maps.slice(0, -1),
    claim: 'Forward-Forward gets more through than a backprop pipeline',
    criterion: 'it wins at every m and latency looked at',
    verdict: `holds only if links are slow or flushes short: Forward-Forward wins ${won.ff} of ${won.all} points (${won.unhidden} of them without latency), Mono-Forward, at 2 u, ${won.mono}; where all keep ${100 * keptShare} % of the samples, ${kept.ff} and ${kept.mono}`,
    width: Number.POSITIVE_INFINITY,
    figures: {
      points: won.all,
      'FF wins': won.ff,
      'FF or Mono-Forward wins': won.mono,
      'FF wins without latency': won.unhidden,
      [`FF wins, keeping ${keptShare}`]: kept.ff,
      [`Mono-Forward wins, keeping ${keptShare}`]: kept.mono,
    },
  };
}
