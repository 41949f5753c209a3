import * as report from '../../src/report.ts';
import { parityCost, rules } from '../reuse/parity-learners.ts';
import { type EqualStacks, equalStacks } from '../reuse/stacks.ts';
import { drawnRatios, interval, over, parityFigures, parityRow, times, wordOf } from '../reuse/told.ts';

const { columns, each, publishedSteps, reuseOf } = report;
const steps = [publishedSteps(20, 500), publishedSteps(3, 100)];
const average = (step: keyof (typeof steps)[0], since: 'sinceWrite' | 'sinceAccess' = 'sinceWrite') =>
  steps.map((of) => reuseOf(of[step])[since].average);
const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 4 });

/**
 * Is the average reuse distance of Forward-Forward 25 times that of backprop?
 *
 * First the published steps: one sample on a cold memory. Then equal stacks in the steady state, 784-500^depth, one sample a step,
 * backprop with 10 outputs on top: on one memory, on a memory a layer, and in a pipeline. Then two layers that learn sparse parity until
 * 95 % of samples held out are right; as many rates are tried for each rule, with a secret that is not measured.
 */
export default async function reuseDistance(quick = false): Promise<report.Study> {
  const cold = {
    'Forward-Forward as recorded, W2 of h × h': average('forwardForward'),
    'backprop as recorded: no backward pass, W2 of h × 1': average('forwardOnly'),
    'backprop, with its backward pass and update': average('backprop'),
    'Forward-Forward with as many weights as that': average('slimForwardForward'),
    "backprop over Forward-Forward's layers, one output": average('sameStack'),
    'the same since the last access, not the last write': average('sameStack', 'sinceAccess'),
  };
  const recorded = over(average('forwardForward'), average('forwardOnly'));
  const equal = await each(quick ? [1, 2, 4, 8] : [1, 2, 4, 8, 16], equalStacks);
  const seeds = report.seedsFromOne(quick ? 3 : 5);
  const size = quick ? { units: 100, passes: 4 } : { units: 500, passes: 6 };
  const rates = quick ? [0.03] : [0.001, 0.003, 0.01];
  const learned = await each(rules, (rule) => parityCost(rule, rates, seeds, size));
  const [back] = learned;
  const ff = over(learned[1].movement, back.movement);
  const shown = (key: keyof EqualStacks): string[] => equal.map((one) => times(one[key]));
  const across = (name: string, key: keyof EqualStacks) => [name, ...shown(key)];
  return {
    asked: 'FF has 25× worse average reuse distance than backprop for two layers',
    question: 'How many floats lie between two uses of a number? Forward-Forward over backprop.',
    measured: [
      columns(
        ['one cold step of one sample, average in floats', 'n = 20', 'n = 3'],
        [
          ...Object.entries(cold).map(([name, values]) => [name, ...values.map(grouped)]),
          ['the first over the second', ...recorded.map(times)],
        ],
      ),
      '\nequal stacks, full steps, one sample a step; Forward-Forward over backprop:',
      columns(
        ['layers', ...equal.map(({ depth }) => String(depth))],
        [
          ['backprop, thousand floats', ...equal.map((one) => grouped(Math.round(one.backprop / 1000)))],
          across('one memory, since the last write', 'write'),
          across('one memory, since the last access', 'access'),
          across('movement Σ √distance, last access', 'movement'),
          across('a memory a layer / one memory', 'worker'),
          across('a memory a layer / the same', 'workers'),
          across('activities alone, last write', 'still'),
          across('activities alone, last access', 'stillAccess'),
          across('pipeline: most floats of a device', 'peak'),
          across('pipeline: floats × ticks from F to W', 'held'),
        ],
      ),
      `\nparity of 3 bits in 20, two layers of ${size.units}, steps of 50 until 95 % are right:`,
      columns(
        ['movement over backprop', 'rate', 'steps', 'one memory', 'a memory a layer'],
        learned.map((one) => parityRow(one, back)),
      ),
    ],
    claim: 'Forward-Forward has a far worse average reuse distance than backprop',
    criterion:
      'holds if for two layers, equal stacks, full steps and one memory, the average of Forward-Forward is twice that of backprop or more, since the last write and since the last access; holds only if one of these is taken, where by one alone; holds only if the way to equal accuracy is counted, where by neither, but the movement to 95 % on sparse parity is more than twice, its 95 % interval above 2; else fails',
    verdict: `${wordOf(equal[1], ff)}: ${recorded.map(times).join(' and ')} are reproduced, of a step against a forward pass and 250,000 weights in layer 2 against 500; equal stacks and full steps give ${times(equal[1].write)} since the last write and ${times(equal[1].access)} since the last access; a memory a layer gives ${shown('worker').at(-1)} at depth ${equal.at(-1)?.depth} over backprop on one memory, but ${shown('workers').at(-1)} where backprop has a memory a layer too; what a pipeline of backprop holds longer is activity: ${shown('held').at(-1)} floats × ticks; to 95 % on sparse parity the movement is ${interval(ff)} times`,
    figures: {
      ...{ cold, recorded, equal: Object.fromEntries(equal.map((one) => [one.depth, { ...one }])) },
      parity: Object.fromEntries(learned.map((one) => [one.rule, parityFigures(one, back)])),
    },
    ...{ seeds, data: 'sparse parity (n = 20, k = 3), 4,000 samples; the rest is counted' },
    picture: () => drawnRatios(equal, recorded[0]),
  };
}
