import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { threadArguments } from '../../src/core/thread.ts';
import type { TraceEvent } from '../../src/core/trace.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { adam } from '../../src/optimisers/adam.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { detectProducts } from '../../src/products/detect.ts';
import { plain } from '../../src/products/plain.ts';
import type { ProductsPlan } from '../../src/products/product.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { workers } from '../../src/runtimes/workers.ts';

import { arena, within } from '../kernels/workplace.ts';
import { hard, hashOf, predictionsOf, test, traceOf, train } from '../runtimes/runs.ts';

import { type Answers, type Case, type Reference, references, threeProducts } from './three-products.ts';

// machinery of the family; every other file of the folder is a member
const machinery = new Set(['product.ts', 'detect.ts']);
const folder = new URL('../../src/products/', import.meta.url);
const members = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.worker.ts') && !machinery.has(file))
  .map((file) => file.replace('.ts', ''));
const reports = await detectProducts();

/** 784-64-48-32-24 by Forward-Forward with hard labels: once over 1,000 images, then tested on 200, where guesses get 0.1. */
const fourLayers: Pipeline = {
  ...hard,
  layers: [64, 48, 32, 24].map((units) => forwardForward({ units })),
  optimiser: adam({ learningRate: 5e-3 }),
  microbatch: 10,
  samples: train,
  test,
  runningEvery: 0,
};
let oracle: Promise<TraceEvent[]> | undefined;

it.each(members)('%s makes products from a plan, and is one that detection knows', async (member) => {
  const module = await import(new URL(`${member}.ts`, folder).href);
  expect(typeof module.create).toBe('function');
  expect(typeof module[member]).toBe('function');
  expect(reports.some(({ name }) => name.split('-')[0] === member)).toBe(true);
});

for (const { name, available, plan, description, why } of reports) {
  if (available && plan) describe(`${name} (${description})`, () => keepsTheContract(plan));
  else {
    console.info(`products ${name} is not checked: ${why}`);
    it.skip(`${name} is not checked: ${why}`);
  }
}

function keepsTheContract(plan: ProductsPlan): void {
  const shapes = [
    ...[
      [1, 1, 1],
      [1, 1, 7],
      [1, 7, 1],
      [5, 1, 1],
      [1, 10, 10],
      [3, 2, 5],
      [2, 17, 33],
      [7, 31, 13],
    ],
    ...[
      [16, 16, 16],
      [17, 65, 64],
      [33, 100, 3],
      [64, 5, 129],
      [1, 784, 500],
      [20, 784, 51],
      [100, 130, 70],
    ],
    // edges of blocks of 4 and 8, of panels 256 deep and of 120 rows, in each of the three products
    ...[
      [4, 256, 8],
      [6, 257, 9],
      [3, 515, 7],
      [121, 300, 12],
      [125, 260, 15],
      [259, 20, 13],
      [5, 9, 270],
      [2, 130, 523],
    ],
  ];

  it.each(shapes)(
    'gives the products of [%d × %d] by %d units as float64 does',
    async (rows, inputs, units) => {
      const of = someCase(rows, inputs, units);
      mustAgree(threeProducts(await make(plan, arena), of), references(of));
    },
  );

  it.each(shapes)(
    'gives the same products of [%d × %d] by %d units in the arena',
    async (rows, inputs, units) => {
      const of = someCase(rows, inputs, units);
      const maker = await make(plan, arena);
      const inside = { ...of, x: within(of.x), delta: within(of.delta) };
      const answers = threeProducts(maker, inside, (length) => arena.floats(length).fill(Number.NaN));
      mustAgree(answers, references(of));
      expect(hashesOf(answers)).toEqual(hashesOf(threeProducts(maker, of)));
    },
  );

  it('takes each operand from inside the arena, from outside, or from another one', async () => {
    const of = someCase(9, 23, 14);
    const maker = await make(plan, arena);
    const foreign = Arena.over();
    const places = [
      (length: number) => arena.floats(length),
      (length: number) => new Float32Array(length),
      (length: number) => foreign.floats(length),
    ];
    const copied = (room: (length: number) => Float32Array, data: Float32Array) => {
      const copy = room(data.length);
      copy.set(data);
      return copy;
    };
    const expected = threeProducts(maker, of);
    for (const forX of places) {
      for (const forDelta of places) {
        for (const forOutput of places) {
          const placed = { ...of, x: copied(forX, of.x), delta: copied(forDelta, of.delta) };
          expect(threeProducts(maker, placed, (length) => forOutput(length).fill(Number.NaN))).toEqual(
            expected,
          );
        }
      }
    }
  });

  it('works in the middle of the arena and touches nothing round about', async () => {
    const of = someCase(7, 13, 11);
    const maker = await make(plan, arena);
    const rooms: Float32Array[] = [];
    const room = (length: number) => {
      const whole = arena.floats(length + 50).fill(-7);
      rooms.push(whole);
      return whole.subarray(25, 25 + length);
    };
    mustAgree(threeProducts(maker, of, room), references(of));
    for (const whole of rooms) {
      const around = [...whole.subarray(0, 25), ...whole.subarray(whole.length - 25)];
      expect(around).toEqual(new Array(50).fill(-7));
    }
  });

  it('keeps its weights in the arena', async () => {
    const products = (await make(plan, arena)).products(5, 3);
    expect(arena.holds(products.weights)).toBe(true);
    products.dispose();
  });

  it('makes small products after large ones and large after small, on one maker', async () => {
    const maker = await make(plan, arena);
    for (const [rows, inputs, units] of [
      [3, 5, 2],
      [40, 300, 70],
      [2, 3, 4],
      [41, 10, 301],
      [1, 1, 1],
    ]) {
      const of = someCase(rows, inputs, units);
      mustAgree(threeProducts(maker, of), references(of));
    }
  });

  it('reads the first rows of a matrix with room for more, and writes no further', async () => {
    const of = someCase(3, 19, 11);
    const longer = (data: Float32Array) => {
      const all = new Float32Array(data.length + 50).fill(Number.NaN);
      all.set(data);
      return all;
    };
    const long = { ...of, x: longer(of.x), delta: longer(of.delta) };
    const room = (length: number) => new Float32Array(length + 50).fill(-7);
    const answers = threeProducts(await make(plan, arena), long, room);
    mustAgree(answers, references(of));
    for (const [key, { length }] of Object.entries(threeProducts(await make(plan, arena), of))) {
      expect(answers[key as keyof Answers].slice(length)).toEqual(new Float32Array(50).fill(-7));
    }
  });

  it('works on views of a SharedArrayBuffer, at an offset that is no multiple of 16 bytes', async () => {
    const of = someCase(9, 23, 14);
    const share = (data: Float32Array) => {
      const view = new Float32Array(new SharedArrayBuffer(4 * data.length + 64), 12, data.length);
      view.set(data);
      return view;
    };
    const shared = { ...of, x: share(of.x), delta: share(of.delta) };
    const room = (length: number) => share(new Float32Array(length).fill(Number.NaN));
    mustAgree(threeProducts(await make(plan, arena), shared, room), references(of));
  });

  it('multiplies by the weights as they are after written()', async () => {
    const { rows, inputs, units, x, delta, w } = someCase(4, 12, 6);
    const products = (await make(plan, arena)).products(inputs, units);
    const z = matrix(rows, units);
    const dx = matrix(rows, inputs);
    products.read(matrix(rows, inputs, x), z);
    products.readBack(matrix(rows, units, delta), dx);
    expect(z.data.every((value) => value === 0)).toBe(true);
    expect(dx.data.every((value) => value === 0)).toBe(true);
    for (const factor of [1, -3]) {
      const weights = w.map((value) => factor * value);
      products.weights.set(weights);
      products.written();
      const expected = references({ rows, inputs, units, x, delta, w: weights });
      products.readBack(matrix(rows, units, delta), dx);
      products.read(matrix(rows, inputs, x), z);
      mustMatch(z.data, expected.z);
      mustMatch(dx.data, expected.dx);
    }
    products.dispose();
  });

  it('keeps the weights of two products apart', async () => {
    const maker = await make(plan, arena);
    const [one, two] = [maker.products(2, 2), maker.products(2, 2)];
    one.weights.fill(1);
    one.written();
    two.weights.fill(2);
    two.written();
    const x = matrix(1, 2, new Float32Array([1, 1]));
    const z = matrix(1, 2);
    const sums = [one, two, one].map((products) => {
      products.read(x, z);
      return z.data[0];
    });
    expect(sums).toEqual([2, 4, 2]);
    one.dispose();
    two.dispose();
  });

  it('gives the same bits twice', async () => {
    const of = someCase(50, 120, 77);
    const maker = await make(plan, arena);
    expect(threeProducts(maker, of)).toEqual(threeProducts(maker, of));
  });

  it.each([1, 2, 4])('gives the bits of this thread on %i other threads at once', async (threads) => {
    const of = someCase(50, 120, 77);
    const here = threeProducts(await make(plan, arena), of);
    const there = await Promise.all(Array.from({ length: threads }, () => inThread(plan, of)));
    for (const answers of there) expect(answers).toEqual(here);
  });

  it('learns the same bits on 1, 2 and 4 worker threads, which are the oracle’s but for rounding', async () => {
    const learns = (products: ProductsPlan, runtime: Runtime) =>
      traceOf({ ...fourLayers, products }, runtime);
    const here = await learns(plan, inline());
    for (const count of [1, 2, 4]) {
      const there = await learns(plan, workers({ count }));
      expect(hashOf(there), `${count} threads`).toBe(hashOf(here));
      expect(predictionsOf(there), `${count} threads`).toEqual(predictionsOf(here));
    }
    oracle ??= learns(plain(), inline());
    const expected = weightsOf(await oracle);
    // rounding alone is 1e-5; a hard label whose near tie falls the other way may add 1e-3; a wrong product is 1
    for (const [at, weights] of weightsOf(here).entries())
      expect(distance(weights, expected[at])).toBeLessThan(1e-2);
    expect(testAccuracy(here)).toBeGreaterThan(0.5);
  }, 180_000);

  it('counts rows · inputs · units multiply-accumulates a product', async () => {
    const products = (await make(plan, arena)).products(5, 3);
    const [x, delta] = [matrix(2, 5), matrix(2, 3)];
    const counts = [
      () => products.read(x, matrix(2, 3)),
      () => products.readBack(delta, matrix(2, 5)),
      () => products.correlate(x, delta, matrix(5, 3)),
    ].map((product) => {
      product();
      return products.macs;
    });
    expect(counts).toEqual([30, 60, 90]);
    products.dispose();
  });

  it('correlates no rows to zeros', async () => {
    const products = (await make(plan, arena)).products(3, 2);
    const g = matrix(3, 2, new Float32Array(6).fill(Number.NaN));
    products.correlate(matrix(0, 3), matrix(0, 2), g);
    products.read(matrix(0, 3), matrix(0, 2));
    products.readBack(matrix(0, 2), matrix(0, 3));
    expect(g.data).toEqual(new Float32Array(6));
    products.dispose();
  });

  it('refuses operands and outputs of a wrong shape', async () => {
    const products = (await make(plan, arena)).products(784, 10);
    const says = (product: () => void, text: string) => expect(product).toThrow(new RangeError(text));
    const x = matrix(2, 784);
    const [z, delta] = [matrix(2, 10), matrix(2, 10)];
    says(() => products.read(matrix(2, 780), z), 'x must be [rows × 784]; got [2,780]');
    says(() => products.read(x, matrix(3, 10)), 'z must be [2 × 10]; got [3,10]');
    says(() => products.readBack(matrix(2, 11), x), 'delta must be [rows × 10]; got [2,11]');
    says(() => products.readBack(delta, matrix(1, 784)), 'dx must be [2 × 784]; got [1,784]');
    says(() => products.correlate(x, matrix(1, 10), matrix(784, 10)), 'delta must be [2 × 10]; got [1,10]');
    says(() => products.correlate(x, delta, matrix(10, 784)), 'g must be [784 × 10]; got [10,784]');
    says(() => products.read({ ...x, rows: -1 }, z), 'x must be [rows × 784]; got [-1,784]');
    const short = { rows: 2, columns: 10, data: new Float32Array(19) };
    says(() => products.read(x, short), 'data of z must be 20 floats or more; got 19');
    expect(products.macs).toBe(0);
    products.dispose();
  });

  it('refuses a size that is no whole number above 0', async () => {
    const maker = await make(plan, arena);
    expect(() => maker.products(0, 5)).toThrow('inputs must be a whole number, 1 or more; got 0');
    expect(() => maker.products(5, 1.5)).toThrow('units must be a whole number, 1 or more; got 1.5');
  });
}

/** The parameters of all layers, one array each. */
function weightsOf(trace: readonly TraceEvent[]): Float32Array[] {
  return trace.flatMap((event) => (event.kind === 'weights' ? event.parameters.map(({ data }) => data) : []));
}

/** ‖a − b‖ / ‖b‖ */
function distance(a: Float32Array, b: Float32Array): number {
  const sumOfSquares = (of: (i: number) => number) => b.reduce((sum, _, i) => sum + of(i) ** 2, 0);
  return Math.sqrt(sumOfSquares((i) => a[i] - b[i]) / sumOfSquares((i) => b[i]));
}

/** Samples of the test set that were classified right, of 1. */
function testAccuracy(trace: readonly TraceEvent[]): number {
  let [rows, correct] = [0, 0];
  for (const event of trace) {
    if (event.kind !== 'prediction' || event.of !== 'test') continue;
    rows += event.rows;
    correct += event.correct;
  }
  return correct / rows;
}

/** Normal numbers, a third of x set to zero as ReLU would. */
function someCase(rows: number, inputs: number, units: number): Case {
  const draw = random(7).fork(`${rows} × ${inputs} × ${units}`);
  const normals = (count: number) => Float32Array.from({ length: count }, () => draw.normal());
  const x = normals(rows * inputs).map((value) => (value < -0.43 ? 0 : value));
  return { rows, inputs, units, w: normals(inputs * units), x, delta: normals(rows * units) };
}

function hashesOf({ z, dx, g }: Answers): string[] {
  const hash = (data: Float32Array) =>
    createHash('sha256')
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      .digest('hex');
  return [hash(z), hash(dx), hash(g)];
}

function mustAgree(answers: Answers, expected: ReturnType<typeof references>): void {
  mustMatch(answers.z, expected.z);
  mustMatch(answers.dx, expected.dx);
  mustMatch(answers.g, expected.g);
}

/** An fp32 sum may be off by 1e-5 of what its terms add up to without their signs. */
function mustMatch(got: Float32Array, { sum, size }: Reference): void {
  const off = sum.findIndex((value, at) => !(Math.abs(got[at] - value) <= 1e-5 * size[at]));
  expect(off === -1 ? 'agrees' : `[${off}] is ${got[off]}, not ${sum[off]}`).toBe('agrees');
}

function inThread(plan: ProductsPlan, of: Case): Promise<Answers> {
  const execArgv = threadArguments(import.meta.url);
  const worker = new Worker(new URL('./products.worker.ts', import.meta.url), {
    workerData: { plan, of },
    execArgv,
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
