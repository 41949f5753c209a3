import { constantStep, crossbar, type SchedulePlan } from '../../src/extend.ts';
import { blocking, firstOf, mnist, oneFOneB, slice, stream } from '../../src/index.ts';
import {
  columns,
  each,
  figureOver,
  minus,
  overSeeds,
  percentOver,
  points,
  type Study,
  seedsFromOne,
  tuned,
} from '../../src/report.ts';
import { type Rule, trained } from '../analog/networks.ts';
import { backpropCosts, forwardForwardCosts, rate as speed, u } from '../costs.ts';

interface Arm {
  readonly name: string;
  readonly rule: Rule;
  readonly schedule: SchedulePlan;
  readonly flush?: number;
  /** one microbatch at a time: the next one goes in when the last stage has learned this one */
  readonly stalls?: boolean;
  readonly rates: readonly number[];
}

const [ff, back] = [
  [0.03, 0.01, 0.1],
  [0.06, 0.02, 0.2],
];
const arms: readonly Arm[] = [
  { name: 'FF, stream', rule: 'Forward-Forward', schedule: stream(), rates: ff },
  { name: 'FF, stalled', rule: 'Forward-Forward', schedule: stream(), stalls: true, rates: ff },
  { name: 'BP, 1F1B of 4', rule: 'backprop', schedule: oneFOneB(), flush: 4, rates: back },
  { name: 'BP, stalled', rule: 'backprop', schedule: oneFOneB(), flush: 4, stalls: true, rates: back },
  { name: 'BP, blocking', rule: 'backprop', schedule: blocking(), flush: 1, rates: back },
];
const devices = 3;

/** Virtual time from one microbatch to the next, in nanoseconds, as the schedule keeps devices waiting. */
async function period({ rule, schedule, flush, stalls }: Arm): Promise<number> {
  const local = rule === 'Forward-Forward';
  const costs = local ? forwardForwardCosts : backpropCosts;
  const microbatches = stalls ? 1 : (flush ?? 400);
  const link = { latency: 0.05 * u };
  const perUnit = await speed(schedule, {
    devices,
    microbatches,
    costs,
    link,
    ...(local && { capacity: 2 }),
  });
  return Math.round(u / perUnit);
}

/**
 * Cells that leak while a pipeline waits: does a stream lose less than a schedule that stalls?
 *
 * 3 devices, a layer each: 784-64-64-64 by Forward-Forward, 784-64-64-10 by backprop; MNIST, 2,000 images in microbatches of 10. One
 * product of a microbatch with a layer's weights takes u = 1 ms of virtual time, links 0.05 u, and the time from one microbatch to
 * the next is what the simulated schedule takes. Stalled: the same updates, but one microbatch in the pipeline at a time, as blocking
 * has it. PipeDream is no rival: it needs copies of weights, which an array can't keep. Weights fall to 1/e in the cells' lifetime, on
 * that clock. 5 chips. Rates are the best of 3 on 1,000 images held out, without leak.
 */
export default async function leak(quick = false): Promise<Study> {
  const [all, tested] = [await mnist('train'), await mnist('test')];
  const samples = firstOf(all, quick ? 500 : 2000);
  const [test, held] = [firstOf(tested, quick ? 300 : 1000), slice(all, 50_000, 51_000)];
  const seeds = seedsFromOne(quick ? 2 : 5);
  const lifetimes = quick ? [undefined, 1] : [undefined, 3, 1, 0.3];
  const measured = await each(arms, async (arm) => {
    const { rule, schedule, flush } = arm;
    const microbatchTime = await period(arm);
    const hidden = rule === 'backprop' ? [64, 64] : [64, 64, 64];
    const on = async (rate: number, seed: number, lifetimeSeconds?: number, of = test) => {
      const cell = constantStep({
        ...{ stepSize: 2e-4, upperBound: 1, lowerBound: -1, resetNoise: 0 },
        ...(lifetimeSeconds && { lifetimeSeconds }),
      });
      const tile = crossbar({ cell, chipSeed: seed });
      const trial = { rule, rate, hidden, samples, test: of, tile, seed, microbatchTime, schedule };
      return (await trained({ ...trial, ...(flush && { flush }) })).accuracy;
    };
    const rate = await tuned(quick ? arm.rates.slice(0, 1) : arm.rates, (r) => on(r, 0, undefined, held));
    const reached = await each(lifetimes, (lifetime) => each(seeds, (seed) => on(rate, seed, lifetime)));
    return { ...arm, rate, microbatchTime, reached };
  });
  const at = lifetimes.indexOf(1);
  const lost = measured.map(({ reached }) => minus(reached[0], reached[at]));
  const pairs = [
    { by: 'FF', more: minus(lost[1], lost[0]) },
    { by: 'BP', more: minus(lost[3], lost[2]) },
  ];
  const loses = pairs.filter(({ more }) => overSeeds(more).mean - overSeeds(more).half > 0);
  const holds = loses.length === pairs.length;
  return {
    question: 'Test accuracy in %, by the lifetime of what cells hold and the schedule.',
    measured: [
      columns(
        ['', 'rate', 'period', ...lifetimes.map((life) => (life ? `${life} s` : 'no leak'))],
        measured.map(({ name, rate, microbatchTime, reached }) => [
          ...[name, rate, `${(microbatchTime / u).toFixed(1)} u`],
          ...reached.map(percentOver),
        ]),
      ),
    ],
    claim: 'a pipeline that stalls leaks more: what cells forget while they wait costs accuracy',
    criterion:
      'at a lifetime of 1 s each rule loses more where it is stalled, 95 % intervals of the differences above 0',
    verdict: `${holds ? 'holds' : loses.length > 0 ? `holds only if the rule is ${loses.map(({ by }) => by).join(', ')}` : 'fails'}: ${pairs
      .map(({ by, more }) => `${by} stalled loses ${points(more)}`)
      .join(', ')}`,
    figures: {
      lifetimes: lifetimes.map((life) => life ?? 'no leak'),
      ...Object.fromEntries(
        measured.map(({ name, rate, reached }) => [
          name,
          {
            rate,
            ...Object.fromEntries(
              reached.map((shares, k) => [lifetimes[k] ?? 'no leak', figureOver(shares)]),
            ),
          },
        ]),
      ),
      'stalled loses more': Object.fromEntries(pairs.map(({ by, more }) => [by, figureOver(more)])),
    },
    seeds,
    data: `MNIST, ${samples.count.toLocaleString('en-US')} images`,
  };
}
