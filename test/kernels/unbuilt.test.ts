import { expect, it, vi } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { fastestKernels } from '../../src/kernels/fastest.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { simdKernels } from '../../src/kernels/simd.ts';
import { detectProducts, namedProducts } from '../../src/products/detect.ts';

// A clone in which nobody has built the kernels.
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, existsSync: (path: URL | string) => !`${path}`.endsWith('.wasm') && fs.existsSync(path) };
});

const why = 'kernels are not built: `npm run build:kernels`';

it('where the kernels are not built the plain ones serve, and it is said why', () => {
  expect(fastestKernels()).toEqual({ plan: plainKernels(), why });
});

it('SIMD that was asked for by name is refused, saying what would help', async () => {
  await expect(make(simdKernels(), Arena.over())).rejects.toThrow(new Error(why));
  const report = (await detectProducts()).find(({ name }) => name === 'simd');
  expect(report).toEqual({ name: 'simd', available: false, why });
  await expect(namedProducts('simd')).rejects.toThrow(`products 'simd' can't be used: ${why}`);
});
