import { concat, defer, from, lastValueFrom, retry, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { runningAccuracy, testAccuracy } from '../../src/measures/accuracy.ts';
import { cost } from '../../src/measures/cost.ts';
import { latency } from '../../src/measures/latency.ts';
import { losses } from '../../src/measures/losses.ts';
import { type Measure, makeMeasures, measure } from '../../src/measures/measure.ts';
import { memory } from '../../src/measures/memory.ts';
import { progress } from '../../src/measures/progress.ts';
import { throughput } from '../../src/measures/throughput.ts';
import { utilisation } from '../../src/measures/utilisation.ts';
import { weights } from '../../src/measures/weights.ts';
import { arrival, op, prediction, start, wait } from './trace.ts';

function fold<T>(one: Measure<T>, events: readonly TraceEvent[]): T {
  for (const event of events) one.add(event);
  return one.value();
}

/** Two stages, two microbatches; the window is 100 … 1100. */
const trace: TraceEvent[] = [
  start(2, 50),
  arrival(0, 100),
  wait('starved', 0, 20, 110),
  op('F', 0, 0, 110, 210),
  op('U', 0, 0, 210, 310),
  wait('blocked', 0, 310, 410),
  arrival(1, 120),
  op('F', 0, 1, 420, 520),
  op('U', 0, 1, 520, 600),
  wait('starved', 1, 30, 220),
  op('F', 1, 0, 220, 420),
  op('U', 1, 0, 420, 620),
  op('F', 1, 1, 620, 1000),
  op('U', 1, 1, 1000, 1100),
  // the test set, outside the window
  wait('starved', 0, 600, 1200),
  op('F', 0, 2, 1200, 1300, { purpose: 'goodness' }),
];

test('throughput counts what every stage has learned over first arrival to last update', () => {
  expect(fold(throughput(), trace)).toEqual({
    samples: 200,
    seconds: 1000e-9,
    samplesPerSecond: 200 / 1000e-9,
  });
  expect(fold(throughput(), trace.slice(0, 10)).samples).toBe(0);
  expect(throughput().value().samplesPerSecond).toBe(0);
});

test('busy, starved, blocked and communicating are shares of one window and sum to 1', () => {
  const { stages, bubble } = fold(utilisation(), trace);
  expect(stages[0].busy).toBeCloseTo(0.38, 12); // 100 + 100 + 100 + 80 of 1000
  expect(stages[0].starved).toBeCloseTo(0.01 + 0.5, 12); // from the first arrival on, and after the last update
  expect(stages[0].blocked).toBeCloseTo(0.1, 12);
  expect(stages[0].communicating).toBeCloseTo(0.01, 12);
  expect(stages[1].busy).toBeCloseTo(0.88, 12);
  expect(stages[1].starved).toBeCloseTo(0.12, 12);
  expect(stages[1].communicating).toBeCloseTo(0, 12);
  expect(bubble).toBeCloseTo((0.51 + 0.1 + 0.12) / 2, 12);
  for (const { busy, starved, blocked, communicating } of stages) {
    expect(busy + starved + blocked + communicating).toBeCloseTo(1, 12);
  }
});

test('utilisation before anything was learned is zero, not NaN', () => {
  expect(fold(utilisation(), trace.slice(0, 4))).toEqual({
    stages: [{ busy: 0, starved: 0, blocked: 0, communicating: 0 }],
    bubble: 0,
  });
});

test('a naive blocking pipeline of p equal stages has a bubble of (p − 1)/p', () => {
  const p = 4;
  const events: TraceEvent[] = [start(p), arrival(0, 0)];
  let now = 0;
  const busySince = new Array<number>(p).fill(0);
  const run = (kind: 'F' | 'W', stage: number, m: number) => {
    if (now > busySince[stage]) events.push(wait('starved', stage, busySince[stage], now));
    events.push(op(kind, stage, m, now, now + 1000));
    now += 1000;
    busySince[stage] = now;
  };
  for (let m = 0; m < 50; m++) {
    for (let stage = 0; stage < p; stage++) run('F', stage, m);
    for (let stage = p - 1; stage >= 0; stage--) {
      run('W', stage, m);
      events.push(op('U', stage, m, now, now));
    }
  }
  expect(fold(utilisation(), events).bubble).toBeCloseTo((p - 1) / p, 6);
});

test('latency is from arrival to the last update of any stage, from a histogram of three digits', () => {
  const { p50, p99, max } = fold(latency(), trace);
  expect(p50).toBeCloseTo(520e-6, 6); // microbatch 0: 100 … 620
  expect(p99).toBeCloseTo(980e-6, 6); // microbatch 1: 120 … 1100
  expect(max).toBeCloseTo(980e-6, 6);
  expect(latency().value()).toEqual({ p50: 0, p99: 0, max: 0 });
});

test('an update that takes several microbatches ends the latency of each', () => {
  const ms = 1e6;
  const { p50, max } = fold(latency(), [
    start(2),
    ...[0, 1, 2].map((i) => arrival(i, i * ms)),
    op('U', 1, 1, 8 * ms, 9 * ms),
    op('U', 0, 1, 9 * ms, 10 * ms),
    op('U', 1, 2, 10 * ms, 11 * ms),
    op('U', 0, 2, 11 * ms, 12 * ms),
  ]);
  expect(max).toBeCloseTo(10, 1);
  expect(p50).toBeCloseTo(10, 1);
});

test('latency percentiles of a thousand known latencies are right to a thousandth', () => {
  const one = latency();
  one.add(start(1));
  for (let i = 1; i <= 1000; i++) {
    one.add(arrival(i, 0));
    one.add(op('U', 0, i, 0, i * 1e6));
  }
  expect(one.value().p50 / 500).toBeCloseTo(1, 2);
  expect(one.value().p99 / 990).toBeCloseTo(1, 2);
});

test('latency takes times of parts of a nanosecond, as simulations have them', () => {
  const { p50 } = fold(latency(), [start(1), arrival(0, 0.25), op('U', 0, 0, 1e6, 2e6 + 0.5)]);
  expect(p50).toBeCloseTo(2, 2);
});

test('memory keeps the worst that each stage held', () => {
  const held = [
    op('F', 0, 0, 0, 1, { held: 10 }),
    op('W', 0, 0, 1, 2, { held: 4 }),
    op('F', 1, 0, 1, 2, { held: 7, versions: 3 }),
  ];
  expect(fold(memory(), held)).toEqual({ peakActivationBytes: [10, 7], weightVersions: 3 });
});

test('cost is products per learned sample, and the same over the number of weights', () => {
  const parameters = [
    { name: 'w', shape: [4, 5], data: new Float32Array(20) },
    { name: 'b', shape: [5], data: new Float32Array(5) },
  ];
  const events: TraceEvent[] = [
    op('F', 0, 0, 0, 1, { macs: 4000 }),
    op('W', 0, 0, 1, 2, { macs: 2000 }),
    op('U', 0, 0, 2, 3),
    op('F', 0, 1, 3, 4, { macs: 999, purpose: 'goodness' }),
  ];
  expect(fold(cost(), events)).toEqual({ macsPerSample: 60, units: 0 });
  expect(fold(cost(), [...events, { kind: 'weights', layer: 0, stage: 0, parameters }])).toEqual({
    macsPerSample: 60,
    units: 3,
  });
});

test('test and running accuracy do not mix, and the running one forgets', () => {
  const events = [
    prediction('running', 20, 0),
    prediction('running', 20, 20),
    prediction('running', 20, 10),
    prediction('test', 50, 40),
  ];
  expect(fold(testAccuracy(), events)).toEqual({ samples: 50, accuracy: 0.8 });
  expect(fold(runningAccuracy(40), events)).toEqual({ samples: 40, accuracy: 0.75 });
  expect(runningAccuracy().value().accuracy).toBeUndefined();
});

test('losses are moving means, one a stage, undefined where a stage makes none', () => {
  const one = losses(2);
  for (const loss of [4, 2, 1]) one.add(op('F', 1, 0, 0, 1, { loss }));
  one.add(op('F', 0, 0, 0, 1));
  expect(one.value()).toEqual([undefined, (4 + 2) / 4 + 1 / 2]);
});

test('progress follows the source', () => {
  expect(fold(progress(), trace)).toEqual({ epoch: 1, sent: 200, testing: false });
  expect(fold(progress(), [arrival(9, 0, { epoch: 3 }), prediction('test', 1, 1)])).toEqual({
    epoch: 4,
    sent: 100,
    testing: true,
  });
});

test('weights come in the order of the layers, whoever reports first', () => {
  const parameter = (name: string) => ({ name, shape: [1], data: new Float32Array(1) });
  const of = (layer: number): TraceEvent => ({
    kind: 'weights',
    layer,
    stage: 0,
    parameters: [parameter(`layer${layer}.bias`)],
  });
  expect(fold(weights(), [of(1), of(0)]).map(({ name }) => name)).toEqual(['layer0.bias', 'layer1.bias']);
});

test('measure emits once, at the end, and as the trace goes on where that is asked for', async () => {
  const once = await lastValueFrom(from(trace).pipe(measure({ t: throughput }), toArray()));
  expect(once.map(({ t }) => t.samples)).toEqual([200]);
  const source = new Subject<TraceEvent>();
  const seen: number[] = [];
  const done = new Promise<void>((resolve) => {
    source
      .pipe(measure({ t: throughput }, { every: 5 }))
      .subscribe({ next: ({ t }) => seen.push(t.samples), complete: resolve });
  });
  for (const event of trace.slice(0, 12)) source.next(event);
  await expect.poll(() => seen).toEqual([100]);
  for (const event of trace.slice(12)) source.next(event);
  source.complete();
  await done;
  expect(seen.at(-1)).toBe(200);
});

describe('a measure that is subscribed to several times', () => {
  const figures = measure({ t: throughput, l: latency, c: cost, last: () => runningAccuracy(40) });

  test('counts nothing twice, one subscription after the other or both at once', async () => {
    const events = [...trace, prediction('running', 20, 5), prediction('running', 40, 10)];
    const measured = from(events).pipe(figures);
    const first = await lastValueFrom(measured);
    expect(first.t.samples).toBe(200);
    expect(first.last).toEqual({ samples: 40, accuracy: 0.25 });
    expect(await lastValueFrom(measured)).toEqual(first);
    const source = new Subject<TraceEvent>();
    const both = [source, source].map((one) => lastValueFrom(one.pipe(figures)));
    for (const event of events) source.next(event);
    source.complete();
    expect(await Promise.all(both)).toEqual([first, first]);
  });

  test('starts from nothing when a run is repeated after an error', async () => {
    let runs = 0;
    const failing = defer(() => {
      runs++;
      return runs === 1
        ? concat(
            from(trace),
            throwError(() => new Error('stage 1 failed')),
          )
        : from(trace);
    });
    const { t } = await lastValueFrom(failing.pipe(figures, retry(1)));
    expect([runs, t.samples]).toEqual([2, 200]);
  });
});

test('something else than a factory is refused with its name', () => {
  const refused = (wrong: unknown) => () => measure({ rate: wrong as () => Measure<unknown> });
  const rule = 'must be a function that makes a measure, such as throughput or () => runningAccuracy(500)';
  expect(refused(throughput())).toThrow(`measure rate ${rule}; got a measure`);
  expect(refused(undefined)).toThrow(`measure rate ${rule}; got undefined`);
  expect(refused('throughput')).toThrow(`measure rate ${rule}; got string`);
  expect(() => makeMeasures({ rate: (() => 5) as unknown as typeof throughput })).toThrow(
    'measure rate must be made with add() and value(); got number',
  );
});
