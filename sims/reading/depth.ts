import { lastValueFrom } from 'rxjs';
import { blockLocal, simd } from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';

type Layers = ff.Pipeline['layers'];
const stack = (depth: number, layer: Layers[number]): Layers => Array.from({ length: depth }, () => layer);
/** so many layers of `units`, by each rule */
const rules: Readonly<Record<string, (depth: number, units: number) => Layers>> = {
  FF: (depth, units) => stack(depth, ff.forwardForward({ units })),
  'FF, collaborating': (depth, units) => stack(depth, ff.forwardForward({ units, collaborates: true })),
  'Mono-Forward': (depth, units) => stack(depth, ff.monoForward({ units })),
  'blocks of two': (depth, u) => stack(Math.ceil(depth / 2), blockLocal({ units: depth > 1 ? [u, u] : u })),
  backprop: (depth, units) => [...stack(depth, ff.backprop({ units })), ff.crossEntropyHead()],
};
const names = Object.keys(rules);
const depths = [1, 2, 4, 8];
const rates = [5e-4, 1.5e-3, 4e-3];
const [kinds, most] = [['layers', 'probe of layer'] as const, [0.005, 0.01]];
const asked =
  'does greedy learning limit depth? Does a layer throw away what a later one needs (a linear probe at every depth)?';
const criterion =
  'greedy learning limits a local rule where, on either data set and averaged over the seeds, from 2 layers to 8 its accuracy changes for the worse by more than 0.5 points compared with backprop’s, or that of a linear probe from layer 2 to layer 8 by more than 1 point: holds for all four local rules, fails for none, else holds only if the rule is one of those';

/**
 * Accuracy by depth of rules that learn layer by layer, and of backprop, and what a linear probe finds in each layer.
 * MNIST and Fashion-MNIST, 10,000 images, 5 passes, 2,000 test images; layers of 200 units, microbatches of 100, Adam whose rate falls
 * to 0, 3 seeds; each rule's rate is the best of 3 at 4 layers on 2,000 other images of MNIST. FF by SymBa and hard labels; a layer that
 * collaborates adds the goodness of the layers below in its loss: 2 numbers a sample and edge, upwards. All layers' goodness, or
 * logits, predict. Probes, of 8 layers: softmax on standardised activities (of FF, for the neutral label), 6 passes over 5,000 images.
 */
export default async function depth(quick = false): Promise<report.Study> {
  const [units, count, epochs, few] = quick ? [40, 800, 3, 300] : [200, 10_000, 5, 2000];
  const parts = Object.entries(quick ? { MNIST: ff.mnist } : { MNIST: ff.mnist, Fashion: ff.fashionMnist });
  const seeds = quick ? [1, 2] : [1, 2, 3];
  const shared = { epochs, products: quick ? simd() : await ff.namedProducts('auto') };
  const labelled = { ...shared, encoding: ff.labelOverlay(), negatives: ff.hardLabel() };
  const pipelineOf = (rule: string, deep: number, learningRate: number, seed: number) => ({
    ...(rule.startsWith('FF') ? labelled : { ...shared, encoding: ff.pixels() }),
    ...{ schedule: rule === 'backprop' ? ff.blocking() : ff.stream(), optimiser: ff.adam({ learningRate }) },
    ...{ layers: rules[rule](deep, units), seed },
  });
  const ran = async (pipeline: ff.Pipeline) => {
    const folds = { test: ff.testAccuracy, weights: ff.weights };
    const figures = await lastValueFrom(ff.run(pipeline, ff.inline()).pipe(ff.measure(folds)));
    return { weights: figures.weights, accuracy: figures.test.accuracy ?? Number.NaN };
  };
  const all = await ff.mnist('train');
  const held = { samples: ff.firstOf(all, count), test: ff.slice(all, all.count - few, all.count) };
  const rateOf = await report.each(names, (rule) => {
    const tried = (rate: number) => ran({ ...pipelineOf(rule, quick ? 2 : 4, rate, 0), ...held });
    return report.tuned(rates, async (rate) => (await tried(rate)).accuracy);
  });
  /** by depth: accuracy, then that of a probe of so high a layer of the deepest; NaN where it lies inside a block */
  const measured = async (k: number, seed: number, data: typeof held) => {
    const pipeline = (deep: number) => ({ ...pipelineOf(names[k], deep, rateOf[k], seed), ...data });
    const nets = await report.each(depths, (deep) => ran(pipeline(deep)));
    const deepest = { ...pipeline(8), weights: nets[3].weights };
    const half = { samples: ff.firstOf(data.samples, count / 2), test: data.test, epochs: 6 };
    const head = { ...pipelineOf('backprop', 0, 4e-3, seed), ...half };
    const probes = await report.each(depths, async (layer) => {
      const place = names[k] === 'blocks of two' ? layer / 2 - 1 : layer - 1;
      if (place < 0) return Number.NaN;
      return (await ran({ ...(await report.onTopOf(deepest, [place], head)), scale: 'running' })).accuracy;
    });
    return [nets.map(({ accuracy }) => accuracy), probes];
  };
  const tables: { title: string; most: number; rows: report.SharesByColumn }[] = [];
  for (const [set, part] of parts) {
    const [samples, test] = [ff.firstOf(await part('train'), count), ff.firstOf(await part('test'), few)];
    const own = { samples, test };
    const by = await report.each(names, (_, k) => report.each(seeds, (seed) => measured(k, seed, own)));
    for (const [of, what] of kinds.entries()) {
      const row = (k: number) => depths.map((_, d) => by[k].map((one) => one[of][d]));
      const rows = Object.fromEntries(names.map((rule, k) => [rule, row(k)]));
      tables.push({ title: `${set}, ${what}`, most: most[of], rows });
    }
  }
  const change = (of: readonly (readonly number[])[]) => report.minus(of[3], of[1]);
  const worse = ({ rows }: (typeof tables)[number], rule: string) =>
    report.overSeeds(report.minus(change(rows.backprop), change(rows[rule]))).mean;
  const local = names.slice(0, 4);
  const limited = local.filter((rule) => tables.some((one) => worse(one, rule) > one.most));
  const told = (of: report.SharesByColumn) => names.map((r) => ` ${r} ${report.points(change(of[r]))}`);
  const said = tables.map(({ title, rows }) => `${title}${told(rows)}`);
  const [{ title, rows }] = tables.slice(-2);
  const axes = { x: { label: 'layers', log: true }, y: { label: 'test error, %' } };
  const chart = { title: `Test error: ${title}`, ...axes, series: report.errorLines(depths, rows) };
  const data = `${parts.map(([set]) => set).join(' and ')}, ${count} images, ${epochs} passes`;
  return {
    ...{ asked, criterion, seeds, data },
    question: `Test accuracy in % by layers of ${units}, and of linear probes of a network of 8.`,
    measured: tables.map(({ title, rows }) => `${report.percentTable([title, ...depths], rows)}\n`),
    claim: 'learning layer by layer limits depth',
    verdict: `${report.wordAmong(local, limited, 'the rule is')}: from 2 to 8: ${said.join('; ')}`,
    figures: Object.fromEntries(tables.map(({ title, rows }) => [title, report.meansOf(rows)])),
    picture: () => report.lineChart(chart),
  };
}
