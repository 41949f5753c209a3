import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { ringAllReduce } from '../../src/simulation/cluster/all-reduce.ts';
import type { Cluster } from '../../src/simulation/cluster/cluster.ts';
import { Network } from '../../src/simulation/engine/network.ts';
import { bottleneckOfScenario } from '../../src/simulation/limits.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, Scribe, schedules } from './scenarios.ts';

const us = 1000;

/** latencies of 2 µs and 20 µs, a byte a nanosecond inside and a byte in four between */
const two: Cluster = {
  nodes: 2,
  devices: 2,
  inside: { latency: 2 * us, bandwidth: 1e9 },
  between: { latency: 20 * us, bandwidth: 25e7 },
};

function nanoseconds(change: Partial<Scenario> & Pick<Scenario, 'schedule'>): number {
  const outcome = simulate({
    ...{
      devices: 4,
      microbatches: 1,
      costs: fixed({ F: 1000, B: 1000, W: 1000 }),
      bytes: 5000,
      cluster: two,
    },
    ...change,
  });
  return Math.round(1e9 * outcome.makespan);
}

/** When messages that begin at those times end, each over its own pair of devices. */
function ends(
  cluster: Cluster,
  messages: readonly { at: number; bytes: number; from: number; to: number; pair?: number }[],
): number[] {
  const ended = new Array<number>(messages.length).fill(-1);
  const wakes: number[] = [];
  const network = new Network(cluster, 1, (time) => wakes.push(time));
  const coming = messages.map((message, i) => ({ ...message, i })).sort((a, b) => a.at - b.at);
  for (;;) {
    const wake = wakes.length > 0 ? Math.min(...wakes) : Number.POSITIVE_INFINITY;
    const next = coming[0]?.at ?? Number.POSITIVE_INFINITY;
    if (wake === Number.POSITIVE_INFINITY && next === Number.POSITIVE_INFINITY) return ended;
    if (next <= wake) {
      const message = coming.shift() as (typeof coming)[0];
      const route = { from: message.from, to: message.to, onNode: 1, onCore: 1 };
      network.send(
        {
          kind: 'activity',
          from: 0,
          to: message.i,
          sent: next,
          bytes: message.bytes,
          pair: message.pair ?? message.i,
          route,
        },
        next,
      );
    } else {
      wakes.splice(wakes.indexOf(wake), 1);
      network.finish(wake, ({ to }) => {
        ended[to] = wake;
      });
    }
  }
}

const shared = (nodes: number, oversubscription = 1): Cluster => ({
  ...{ nodes, devices: 8, inside: { latency: 0 }, between: { latency: 0, bandwidth: 1e9 }, oversubscription },
});

describe('links on two levels', () => {
  it('take the latency and bandwidth of the level that two stages meet on: GPipe, one microbatch, both ways', () => {
    // stages 0, 1 in one node and 2, 3 in the other: two hops inside and one between, up and down
    const hops = 2 * (2 * us + 5000) + (20 * us + 20_000);
    expect(nanoseconds({ schedule: schedules.gpipe })).toBe(4 * 3000 + 2 * hops);
    expect(nanoseconds({ schedule: schedules.gpipe, bytes: 0 })).toBe(4 * 3000 + 2 * (24 * us));
  });

  it('are where the map puts the stages', () => {
    const map = [0, 2, 1, 3];
    const hops = 3 * (20 * us + 20_000);
    expect(nanoseconds({ schedule: schedules.gpipe, cluster: { ...two, map } })).toBe(4 * 3000 + 2 * hops);
  });

  it('equal the closed form of GPipe on a grid of 100 points', () => {
    const draw = random(3);
    const whole = (most: number): number => 1 + draw.whole(most);
    for (let point = 0; point < 100; point++) {
      const cluster = {
        ...{ nodes: whole(4), devices: whole(4) },
        inside: { latency: 100 * whole(50), bandwidth: 1e9 },
        between: { latency: 1000 * whole(50), bandwidth: 1e9 / 2 ** whole(4) },
      };
      const devices = Math.max(1, cluster.nodes * cluster.devices - whole(3) + 1);
      const bytes = 100 * whole(20);
      // one microbatch: no two messages meet
      const hop = ({ latency, bandwidth }: { latency: number; bandwidth: number }) =>
        latency + (1e9 * bytes) / bandwidth;
      let exact = devices * 6000;
      for (let d = 1; d < devices; d++)
        exact +=
          2 *
          hop(
            Math.floor(d / cluster.devices) === Math.floor((d - 1) / cluster.devices)
              ? cluster.inside
              : cluster.between,
          );
      const costs = fixed({ F: 1000, B: 2000, W: 3000 });
      expect(
        nanoseconds({ schedule: schedules.gpipe, devices, bytes, costs, cluster }),
        JSON.stringify(cluster),
      ).toBe(exact);
    }
  });
});

describe('messages between nodes share a link', () => {
  it('of n that begin together each ends after n times its own time', () => {
    for (const n of [1, 2, 3, 7]) {
      const messages = Array.from({ length: n }, (_, i) => ({ at: 10, bytes: 4000, from: 0, to: 1 + i }));
      expect(ends(shared(9), messages)).toEqual(messages.map(() => 10 + n * 4000));
    }
  });

  it('of different sizes: Σⱼ min(bᵢ, bⱼ), as processor sharing has it, on a grid of 100 points', () => {
    const draw = random(5);
    for (let point = 0; point < 100; point++) {
      const sizes = Array.from({ length: 1 + draw.whole(7) }, () => 5040 * (1 + draw.whole(20)));
      const exact = sizes.map((own) => sizes.reduce((sum, other) => sum + Math.min(own, other), 0));
      const got = ends(
        shared(9),
        sizes.map((bytes, i) => ({ at: 0, bytes, from: 0, to: 1 + i })),
      );
      expect(got).toEqual(exact);
    }
  });

  it('that begin one after the other: the first of two loses half of what is left', () => {
    // 1000 alone, then both at half: 3000 more of the first take 6000, the second has 1000 left alone
    expect(
      ends(shared(3), [
        { at: 0, bytes: 4000, from: 0, to: 1 },
        { at: 1000, bytes: 4000, from: 0, to: 2 },
      ]),
    ).toEqual([7000, 8000]);
  });

  it('into one node as out of one; and not those of other nodes', () => {
    expect(
      ends(shared(4), [
        { at: 0, bytes: 3000, from: 0, to: 2 },
        { at: 0, bytes: 3000, from: 1, to: 2 },
        { at: 0, bytes: 3000, from: 2, to: 3 },
      ]),
    ).toEqual([6000, 6000, 3000]);
  });

  it('max-min fair: what one message can’t use on a link another takes', () => {
    // node 0 sends to 1 and 2, node 3 sends two to 2: thirds into 2, and two thirds out of 0 to 1
    const got = ends(shared(4), [
      { at: 0, bytes: 6000, from: 0, to: 1 },
      { at: 0, bytes: 6000, from: 0, to: 2 },
      { at: 0, bytes: 6000, from: 3, to: 2 },
      { at: 0, bytes: 6000, from: 3, to: 2, pair: 9 },
    ]);
    expect(got).toEqual([9000, 18_000, 18_000, 18_000]);
  });

  it('all of them the network between, where it carries less than the nodes could send: k · bytes · o / nodes', () => {
    for (const k of [1, 2, 4]) {
      const messages = Array.from({ length: k }, (_, i) => ({ at: 0, bytes: 4000, from: i, to: 7 - i }));
      // one node alone never has more than its own link
      expect(ends(shared(8, 8), messages)).toEqual(messages.map(() => Math.max(1, k) * 4000));
      expect(ends(shared(8, 2), messages)).toEqual(messages.map(() => Math.max(1, k / 4) * 4000));
    }
  });

  it('of one pair of devices follow each other', () => {
    expect(
      ends(shared(2), [
        { at: 0, bytes: 1000, from: 0, to: 1, pair: 1 },
        { at: 0, bytes: 1000, from: 0, to: 1, pair: 1 },
      ]),
    ).toEqual([1000, 2000]);
  });

  it('in a run: 1F1B’s gradient and the next activity, out of one node at once', () => {
    // three nodes of one device: stage 1 sends up and down over its own link
    const cluster = { ...shared(3), devices: 1 };
    const scribe = new Scribe();
    const messages: string[] = [];
    const costs = fixed({ F: 10, B: 10 });
    simulate(
      { schedule: schedules.oneFOneB, devices: 3, microbatches: 3, costs, bytes: 40, cluster },
      {
        onlooker: {
          ended: scribe.ended.bind(scribe),
          sent: (from, to, kind, sent, arrives) => messages.push(`${kind} ${from}→${to} ${sent}-${arrives}`),
        },
      },
    );
    // an activity of stage 1 that is sent alone takes 40
    expect(messages[0]).toBe('activity 0→1 10-50');
    // the second activity into stage 1 and what it sends on share nothing: full duplex
    expect(messages[1]).toBe('activity 0→1 20-90');
    for (const stage of [0, 1, 2]) expect(scribe.of(stage, 'B')).toHaveLength(3);
    const bytes = (text: string): number => messages.filter((one) => one.startsWith(text)).length;
    expect([bytes('activity'), bytes('gradient')]).toEqual([6, 6]);
  });
});

describe('an all-reduce', () => {
  it('round a ring takes 2(n − 1)/n · bytes / bandwidth, and its latencies, on a grid of 100 points', () => {
    for (let n = 1; n <= 10; n++) {
      for (let k = 1; k <= 10; k++) {
        const bytes = 3600 * k;
        const exact = ((2 * (n - 1)) / n) * bytes + 2 * (n - 1) * 100 * k;
        expect(ringAllReduce(n, bytes, { latency: 100 * k, bandwidth: 1e9 })).toBeCloseTo(exact, 6);
      }
    }
  });

  it('is behind every flush, over the links of the replicas', () => {
    const memory = { held: 0, weights: 8000 };
    const of = (replicas: number, map: Cluster['map'], flushes = 1) =>
      nanoseconds({
        ...{ schedule: schedules.gpipe, devices: 2, bytes: 0, memory, flushes },
        parallel: { replicas },
        cluster: { ...two, ...(map && { map }) },
      });
    // stages side by side: each stage's two replicas in different nodes, two rings on a node's link
    const rings = 2 * 20 * us + 8000 * 4 * 2;
    expect(of(2, 'stages')).toBe(2 * 3000 + 2 * 2 * us + rings);
    // replicas side by side: the ring inside, the pipeline between
    expect(of(2, 'replicas')).toBe(2 * 3000 + 2 * 20 * us + 2 * 2 * us + 8000);
    expect(of(2, 'stages', 3)).toBe(3 * of(2, 'stages'));
    expect(of(1, undefined)).toBe(2 * 3000 + 2 * 2 * us);
  });

  it('counts as communicating, not as work', () => {
    const { stages } = simulate({
      ...{ schedule: schedules.gpipe, devices: 1, microbatches: 2, costs: fixed({ F: 1000, B: 1000 }) },
      ...{ memory: { held: 0, weights: 2000 }, parallel: { replicas: 2 } },
      cluster: { ...two, inside: { latency: 0, bandwidth: 1e9 } },
    });
    expect(stages[0].busy).toBeCloseTo(4000 / 6000, 12);
    expect(stages[0].communicating).toBeCloseTo(2000 / 6000, 12);
  });
});

describe('tensor ranks', () => {
  it('share ops, and all-reduce an activity in F and in B', () => {
    const cluster = { ...two, inside: { latency: 0, bandwidth: 1e9 } };
    const of = (tensorReduces: number) =>
      nanoseconds({ schedule: schedules.gpipe, devices: 1, cluster, parallel: { tensor: 2, tensorReduces } });
    expect(of(0)).toBe(1500);
    // each of two ranks sends half of 5000 bytes twice
    expect(of(3)).toBe(1500 + 2 * 3 * 5000);
  });

  it('send a part of an activity each, side by side', () => {
    const of = (tensor: number) =>
      nanoseconds({
        schedule: schedules.gpipe,
        devices: 2,
        cluster: { ...two, nodes: 1, devices: 4 },
        parallel: { tensor },
      });
    expect(of(1)).toBe(2 * 3000 + 2 * (2 * us + 5000));
    expect(of(2)).toBe(2 * 1500 + 2 * (2 * us + 2500));
  });
});

describe('the replicas of a pipeline', () => {
  it('share the link of the node that they leave together', () => {
    const of = (replicas: number) =>
      nanoseconds({
        ...{ schedule: schedules.gpipe, devices: 2, memory: { held: 0, weights: 0 } },
        cluster: { ...two, inside: { latency: 0 } },
        ...{ parallel: { replicas } },
      });
    expect(of(2)).toBe(2 * 3000 + 2 * (20 * us + 2 * 20_000));
  });
});

describe('the bottleneck of a cluster', () => {
  it('is a link that carries more than its share: bytes of all messages of a microbatch, over its bandwidth', () => {
    const bytes = 50_000;
    const costs = fixed({ F: 1000, B: 1000, W: 1000 });
    const cluster = { ...shared(4), devices: 1 };
    const found = bottleneckOfScenario({
      schedule: schedules.zbH2,
      devices: 4,
      microbatches: 16,
      costs,
      bytes,
      cluster,
    });
    // into node 1 as out of it: an activity and a gradient each
    expect(found).toMatchObject({
      periodSeconds: (2 * bytes) / 1e9,
      bottleneck: { cycle: ['bandwidth into node 1'] },
    });
  });

  it('is never more than the period of the simulator, whatever the schedule', () => {
    const draw = random(7);
    const whole = (most: number): number => 1 + draw.whole(most);
    for (const schedule of Object.values(schedules)) {
      if (schedule.updates !== 'flush' || schedule.validatesAfterwards || schedule.overlooksWraps) continue;
      for (let i = 0; i < 4; i++) {
        const times = () => fixed({ F: whole(2000), B: whole(2000), W: whole(2000) });
        const scenario = {
          ...{ schedule, devices: 4, microbatches: 8, costs: [times(), times(), times(), times()] },
          ...{
            bytes: whole(5000),
            memory: { held: 0, weights: whole(5000) },
            parallel: { replicas: whole(2) },
          },
          cluster: {
            ...{ nodes: 4, devices: 2, inside: { latency: whole(500) }, oversubscription: whole(4) },
            between: { latency: whole(3000), bandwidth: 1e9 * whole(3) },
          },
        };
        const found = bottleneckOfScenario(scenario, { effort: 0 });
        const { makespan } = simulate(scenario);
        // an end of sending is a whole nanosecond
        if (!('reason' in found))
          expect(makespan / 8).toBeGreaterThan(found.periodSeconds * (1 - 1e-3) - 2e-9);
        else expect(found.reason).toBe('');
      }
    }
  });
});

describe('in one sentence is refused', () => {
  const cases: readonly [string, Partial<Scenario>][] = [
    ['nodes of the cluster must be a whole number, 1 or more; got 0', { cluster: { ...two, nodes: 0 } }],
    [
      "stages × tensor × data-parallel must be at most 4, the devices of the cluster; got '5 × 1 × 1 = 5'",
      { devices: 5 },
    ],
    ['tensor must be a divisor of 2, the devices of a node; got 3', { parallel: { tensor: 3 } }],
    [
      'map must be one slot for each of 4 devices of the pipeline; got 2',
      { cluster: { ...two, map: [0, 1] } },
    ],
    ["slot of the map must be taken once; got '0 twice'", { cluster: { ...two, map: [0, 0, 1, 2] } }],
    [
      'slot of the map must be below 4, the devices of the cluster; got 9',
      { cluster: { ...two, map: [0, 1, 2, 9] } },
    ],
    ['oversubscription must be a number, 1 or more; got 0.5', { cluster: { ...two, oversubscription: 0.5 } }],
    [
      'between must be given with two nodes or more; got undefined',
      { cluster: { nodes: 2, devices: 2, inside: { latency: 0 } } },
    ],
    [
      'weights must be given with data-parallel, for replicas exchange their gradients; got undefined',
      { devices: 2, parallel: { replicas: 2 } },
    ],
    [
      "wraps must be 'all' with a cluster, whose messages take the time they need; got 'first'",
      { schedule: schedules.overlooking, microbatches: 4 },
    ],
  ];
  it.each(cases)('%s', (sentence, change) => {
    expect(() => nanoseconds({ schedule: schedules.gpipe, ...change })).toThrow(sentence);
  });

  it('a link beside a cluster', () => {
    expect(() => nanoseconds({ schedule: schedules.gpipe, link: { latency: 1 } })).toThrow(
      'link must be left out with a cluster',
    );
  });
});
