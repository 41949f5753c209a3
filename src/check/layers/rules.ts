import { moduleOf } from '../../core/plan.ts';
import type { LayerModule } from '../../layers/layer.ts';
import { type ContractRule, holds, same } from '../rule.ts';
import { backwardRules } from './backward.ts';
import {
  aboveOf,
  atEach,
  LayerBench,
  type LayerSubject,
  learned,
  type MadeLayer,
  places,
  purposes,
  recorder,
  shape,
} from './bench.ts';
import { stateRules } from './state.ts';
import { insideRule } from './writes.ts';

async function moduleOfLayer({ plan }: LayerSubject): Promise<LayerModule> {
  return (await moduleOf(plan)) as unknown as LayerModule;
}

/** What every layer promises, at the first place of a pipeline and at the second. */
export const layerRules: readonly ContractRule<LayerSubject>[] = [
  {
    name: 'crosses to a thread',
    says: 'is planned by a module that makes, shapes and prices it, and crosses to another thread',
    async check(subject) {
      const { plan } = subject;
      same(structuredClone(plan), plan, 'the plan on another thread');
      holds(['locally', 'backward'].includes(plan.learns), `learns is ${plan.learns}`);
      holds(plan.options.units > 0, `options.units is ${plan.options.units}`);
      const { layer } = await new LayerBench(subject).layer(1);
      same(layer.macs, 0, 'multiply-accumulates before any op');
      layer.dispose();
    },
  },
  {
    name: 'backward as planned',
    says: 'goes backward if and only if its plan says so',
    check: atEach(async (bench, index, { plan }) => {
      const { layer } = await bench.layer(index);
      same(layer.backward !== undefined, plan.learns === 'backward', 'whether it has backward()');
    }),
  },
  {
    name: 'one shape, one cost',
    says: 'emits and costs the same every time, and leaves the shape it is given as it is',
    async check(subject) {
      const { emits, cost } = await moduleOfLayer(subject);
      const { options } = subject.plan;
      const frozen = Object.freeze({ ...shape });
      const output = emits(options, frozen);
      same(emits(options, frozen), output, 'the shape, asked again');
      const above = subject.plan.settles && output;
      const price = (index: number): number => cost(options, frozen, index, above);
      for (const index of places) same(price(index), price(index), 'cost');
      holds(price(0) <= price(1), 'it costs more as the first layer');
      same([output.rows, output.goodnessRows, output.classes], [6, 6, 4], 'rows, goodnessRows and classes');
    },
  },
  {
    name: 'costs what it says',
    says: 'executes as many multiply-accumulates a sample as it says learning takes',
    check: atEach(async (bench, index, subject) => {
      const made = await bench.layer(index);
      bench.step(made, bench.input(index, 3, 5));
      const { cost } = await moduleOfLayer(subject);
      const above = aboveOf(subject.plan, index, made.output);
      same(
        made.layer.macs,
        5 * cost(subject.plan.options, shape, index, above),
        `macs of 5 samples at place ${index}`,
      );
    }),
  },
  {
    name: 'names its parameters',
    says: 'names its parameters after its place, each once, and gives their shapes',
    check: atEach(async (bench, index) => {
      const parameters = (await bench.layer(index)).layer.parameters();
      const names = parameters.map(({ name }) => name);
      const foreign = names.find((name) => !name.startsWith(`layer${index}.`));
      holds(foreign === undefined, `${foreign} does not begin with layer${index}.`);
      same(new Set(names).size, names.length, 'different names');
      for (const { name, shape: of, data } of parameters)
        same(
          data.length,
          of.reduce((a, b) => a * b),
          `numbers of ${name}, of shape ${of.join(' × ')}`,
        );
    }),
  },
  {
    name: 'learns by updates only',
    says: "learns: an update moves its weights, a forward pass and a gradient don't",
    check: atEach(async (bench, index) => {
      const made = await bench.layer(index);
      const before = learned(made);
      const m = bench.input(index, 3);
      const { memory } = bench.forwardAndBack(made, m);
      made.layer.gradient(m, memory);
      same(learned(made), before, 'weights before the update');
      made.layer.update();
      holds(String(learned(made)) !== String(before), 'the update moved nothing');
    }),
  },
  insideRule,
  {
    name: 'steps each parameter',
    says: 'asks the optimiser to remember each of its parameters, in their order, and steps each against a gradient of its size',
    check: atEach(async (bench, index) => {
      const optimiser = recorder();
      const made = await bench.layer(index, { optimiser });
      bench.step(made, bench.input(index, 3));
      const lengths = learned(made).map(({ length }) => length);
      same(optimiser.sizes, lengths, 'sizes that steppers were asked for');
      same(
        optimiser.seen.map(({ length }) => length),
        lengths,
        'sizes of gradients',
      );
    }),
  },
  {
    name: 'predictions teach nothing',
    says: 'predicts without changing anything of what it is about to learn',
    check: atEach(async (bench, index) => {
      for (const purpose of purposes) {
        const plain = await gradientsOf(bench, index, () => {});
        const asked = await gradientsOf(bench, index, (made) =>
          bench.predicted(made, bench.input(index, 9, 3, purpose)),
        );
        same(asked, plain, `gradients with predictions (${purpose}) in between`);
      }
    }),
  },
  {
    name: 'remembers each microbatch',
    says: 'remembers two microbatches at a time, each for itself',
    check: atEach(async (bench, index) => {
      const optimiser = recorder();
      const made = await bench.layer(index, { optimiser });
      const both = [bench.input(index, 3), bench.input(index, 4, 5)];
      const taught = (i: number, { memory } = bench.forwardAndBack(made, both[i])) => {
        made.layer.gradient(both[i], memory);
        made.layer.update();
        return optimiser.seen.map((seen) => seen.slice());
      };
      const alone = [taught(0), taught(1)];
      const memories = both.map((m) => bench.forwardAndBack(made, m));
      same(
        memories.map((memory, i) => taught(i, memory)),
        alone,
        'gradients of two that were under way at once',
      );
    }),
  },
  {
    name: 'its rows only',
    says: 'learns from the rows that are there, whatever lies beyond them',
    check: atEach(async (bench, index) => {
      const gradients = [];
      for (const noise of [0, Number.NaN]) {
        const optimiser = recorder();
        const made = await bench.layer(index, { optimiser });
        const m = bench.input(index, 3, 2);
        m.activity.fill(noise, 3 * 2 * shape.width);
        m.features.fill(noise, 2 * shape.features);
        m.amplitude.fill(noise, 2);
        const loss = bench.step(made, m);
        holds(loss === undefined || Number.isFinite(loss), `loss is ${loss}`);
        gradients.push(optimiser.seen);
      }
      same(gradients[1], gradients[0], 'gradients of 2 rows with other numbers behind them');
    }),
  },
  ...stateRules,
  ...backwardRules,
];

/** The gradients of one microbatch; `interrupt` comes between its ops. */
async function gradientsOf(bench: LayerBench, index: number, interrupt: (made: MadeLayer) => unknown) {
  const optimiser = recorder();
  const made = await bench.layer(index, { optimiser });
  const before = learned(made);
  const m = bench.input(index, 3);
  interrupt(made);
  const { memory } = bench.forwardAndBack(made, m);
  interrupt(made);
  made.layer.gradient(m, memory);
  interrupt(made);
  made.layer.update();
  same(learned(made), before, 'weights by an optimiser that moves nothing');
  return optimiser.seen;
}
