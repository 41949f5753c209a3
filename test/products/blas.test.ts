import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { threadArguments } from '../../src/core/thread.ts';
import { blas, findBlas } from '../../src/products/blas.ts';
import { detectProducts, fastestProducts, namedProducts } from '../../src/products/detect.ts';

const found = await findBlas();
if ('missing' in found) console.info(`blas is not tested: ${found.missing}`);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf('missing' in found)('a BLAS library', () => {
  const library = 'library' in found ? found.library : '';

  it('is the one that FORWARDFLOW_BLAS names', async () => {
    vi.stubEnv('FORWARDFLOW_BLAS', library);
    expect(await findBlas()).toMatchObject({ library });
    expect(await fastestProducts()).toEqual(blas({ library }));
    expect(await namedProducts('blas')).toEqual(blas({ library }));
  });

  it('says what it is', async () => {
    expect((await make(blas({ library }), Arena.over())).description).toMatch(
      /^OpenBLAS [\d.]+ for \w+, 1 thread$|^Accelerate/,
    );
  });
});

/** below a new and empty folder: nothing is there */
const missing = join(mkdtempSync(join(tmpdir(), 'forwardflow-blas-')), 'libblas.so');

describe('FORWARDFLOW_BLAS that names nothing usable', () => {
  const text = `FORWARDFLOW_BLAS must be the path of a BLAS library that can be used; got '${missing}': `;

  it('is an error, not a reason to use something else', async () => {
    vi.stubEnv('FORWARDFLOW_BLAS', missing);
    await expect(findBlas()).rejects.toThrow(text);
    await expect(fastestProducts()).rejects.toThrow(`products 'blas' can't be used: ${text}`);
    await expect(namedProducts('auto')).rejects.toThrow(text);
  });

  it('stands in the report of all products', async () => {
    vi.stubEnv('FORWARDFLOW_BLAS', missing);
    const [report] = await detectProducts();
    expect(report).toMatchObject({ name: 'blas', available: false });
    expect(report.why).toContain(text);
  });
});

it('a library that does not load is named when its products is made', async () => {
  await expect(make(blas({ library: missing }), Arena.over())).rejects.toThrow(
    `products 'blas' can't use '${missing}': `,
  );
});

const builds = ['serial', 'pthread'].map(
  (kind) => `/usr/lib/x86_64-linux-gnu/openblas-${kind}/libopenblas.so.0`,
);
it.each(builds.filter((path) => existsSync(path)))('%s is right on four threads at once', async (library) => {
  const workerData = { library, times: 12_000 };
  const execArgv = threadArguments(import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), 'forwardflow-tmp-'));
  const env = { ...process.env, TMPDIR: folder };
  const wrong = Array.from({ length: 4 }, () => {
    const worker = new Worker(new URL('./blas.worker.ts', import.meta.url), { workerData, execArgv, env });
    return new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
  });
  expect(await Promise.all(wrong)).toEqual([0, 0, 0, 0]);
  expect(readdirSync(folder).filter((name) => name.startsWith('forwardflow'))).toEqual([]); // copies of a library leave no file behind
});
