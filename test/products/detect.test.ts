import { describe, expect, it } from 'vitest';
import type { Arena } from '../../src/core/memory/arena.ts';
import { plan } from '../../src/core/plan.ts';
import {
  detectProducts,
  fastestProducts,
  measureProducts,
  namedProducts,
  probe,
  whyNotTfjsNode,
} from '../../src/products/detect.ts';
import { plain } from '../../src/products/plain.ts';
import type { ProductsMaker } from '../../src/products/product.ts';

const reports = await detectProducts();

it('the report lists all five products, the fastest first', () => {
  expect(reports.map(({ name }) => name)).toEqual(['blas', 'tfjs-node', 'simd', 'tfjs-wasm', 'plain']);
});

it('the report says of each products what it is, or in one line why it is not there and what would help', () => {
  for (const { available, plan, description, why } of reports) {
    expect(plan !== undefined).toBe(available);
    expect(description !== undefined).toBe(available);
    if (!available) expect(why).toMatch(/^[^\n]+: [^\n]+$/);
  }
});

it('the products of plain loops is always there', () => {
  expect(reports.at(-1)).toMatchObject({ available: true, plan: plain() });
});

it('the fastest products is the first one that the report has a plan for', async () => {
  const first = reports.find(({ available }) => available)?.plan;
  expect(await fastestProducts()).toEqual(first);
  expect(await namedProducts('auto')).toEqual(first);
});

it('a products named that is not there is an error that says what the report says', async () => {
  const blas = reports[0];
  const asked = namedProducts('blas');
  if (blas.available) expect(await asked).toEqual(blas.plan);
  else await expect(asked).rejects.toThrow(`products 'blas' can't be used: ${blas.why}`);
  await expect(namedProducts('quantum' as 'auto')).rejects.toThrow(
    "products must be 'auto', 'blas', 'simd', 'tfjs' or 'plain'; got 'quantum'",
  );
});

it('a measured speed is a positive number of GFLOP/s', async () => {
  const speed = await measureProducts(plain(), { inputs: 20, units: 10, rows: 5, milliseconds: 1 });
  expect(speed).toBeGreaterThan(0);
  expect(Number.isFinite(speed)).toBe(true);
});

describe('a probe', () => {
  const source = (body: string) =>
    plan<ProductsMaker, Arena>(`data:text/javascript,${encodeURIComponent(body)}`, 'odd');

  it('gives the description of a products that works on two threads', async () => {
    expect(await probe(plain())).toBe('plain TypeScript, 1 thread');
  });

  it('fails with what a thread fails with', async () => {
    const broken = source("export const create = () => { throw new Error('no binary here'); }");
    await expect(probe(broken)).rejects.toThrow('no binary here');
  });

  it('fails when a products multiplies wrong', async () => {
    const products = '({ weights: new Float32Array(4), written() {}, read() {}, dispose() {} })';
    const wrong = source(
      `export const create = () => ({ description: 'wrong', products: () => ${products} })`,
    );
    await expect(probe(wrong)).rejects.toThrow('it multiplies wrong: [11, 17] came out as [0,0]');
  });

  it('survives a products that takes its process down', async () => {
    const deadly = source("export const create = () => process.kill(process.pid, 'SIGKILL')");
    await expect(probe(deadly)).rejects.toThrow('its process ended with SIGKILL before it was done');
  });

  it('gives up on a products that hangs', async () => {
    const stuck = source('export const create = () => { for (;;); }');
    await expect(probe(stuck, 0.5)).rejects.toThrow('not done within 0.5 s');
  });
});

it.each([
  [
    "Cannot find module '/app/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node'",
    'binary missing',
  ],
  ['libtensorflow.so.2: cannot open shared object file', 'binary missing'],
  ['(0, util_1.isNullOrUndefined) is not a function', 'is too new for it'],
  ["Module did not self-register: '/app/lib/napi-v8/tfjs_binding.node'.", 'it failed on worker threads'],
  ['not done within 10 s', 'it failed on worker threads'],
])('tfjs-node that says "%s" is reported as: %s', (message, why) => {
  expect(whyNotTfjsNode(new Error(message))).toContain(why);
});
