import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bestEnvironment, pythonWithTorch, script, startPyTorch } from '../../bench/pytorch.ts';

const folder = fileURLToPath(new URL('../../fixtures/mnist', import.meta.url));
const python = await pythonWithTorch();
const small = { widths: [784, 30, 20], microbatch: 10, threads: 1, seconds: 0.05, folder };

afterEach(() => vi.unstubAllEnvs());

describe('PyTorch, where there is none', () => {
  it('is undefined, with the reason', async () => {
    vi.stubEnv('FORWARDFLOW_PYTHON', process.execPath);
    expect(await startPyTorch(small)).toEqual({
      pytorch: undefined,
      reason: 'no python3 on PATH can import torch; .ci/pytorch installs it',
    });
  });

  it('says so when the folder of the BLAS has none', () => {
    vi.stubEnv('FORWARDFLOW_OPENBLAS_OPENMP', folder);
    expect(() => bestEnvironment(2, 'spin')).toThrow(
      new Error(`FORWARDFLOW_OPENBLAS_OPENMP must name a folder with libblas.so.3; got '${folder}'`),
    );
  });
});

const absent = python === undefined;
if (absent) console.warn('skipped: PyTorch, because no python3 on PATH can import torch');
describe.skipIf(absent)('PyTorch', () => {
  it.each([
    ['hard', []],
    ['uniform', []],
    ['hard', ['--select', '0.2']],
  ])(
    'has the gradients of autograd and the steps of its own Adam, %s negatives %s',
    async (negatives, select) => {
      const check = [script, folder, '--check', '--threads', '1', '--negatives', negatives, ...select];
      const { stdout } = await promisify(execFile)(python as string, check);
      const { gradientError, adamError, trainingAccuracy } = JSON.parse(stdout);
      expect(gradientError).toBeLessThan(1e-4);
      expect(adamError).toBeLessThan(1e-4);
      expect(trainingAccuracy).toBeGreaterThan(0.6);
    },
  );

  it('returns samples a second for every window, and has ended when closed', async () => {
    const { pytorch } = await startPyTorch(small);
    expect(await pytorch?.samplesPerSecond()).toBeGreaterThan(0);
    expect(await pytorch?.samplesPerSecond()).toBeGreaterThan(0);
    const pid = pytorch?.pid as number;
    expect(process.kill(pid, 0)).toBe(true);
    await pytorch?.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(pytorch?.samplesPerSecond()).rejects.toThrow(
      'PyTorch must answer; got its end: it was closed',
    );
  });

  it('trains from fresh weights, and tells the speed and the share kept of each window', async () => {
    const { pytorch } = await startPyTorch({ ...small, select: 0.3, count: 200, wait: 'passive' });
    const asked = {
      samples: 2000,
      windows: [
        [0, 200],
        [1000, 2000],
      ] as const,
      test: true,
    };
    const first = await pytorch?.training(asked);
    const again = await pytorch?.training(asked);
    await pytorch?.close();
    expect(again?.accuracy).toBe(first?.accuracy);
    expect(again?.windows.map(({ kept }) => kept)).toEqual(first?.windows.map(({ kept }) => kept));
    const [early, late] = first?.windows ?? [];
    expect(early.samplesPerSecond).toBeGreaterThan(0);
    expect(early.kept).toBeLessThanOrEqual(1);
    expect(late.kept).toBeLessThan(early.kept);
  });

  it('finds out by trying how two threads wait', async () => {
    const { pytorch } = await startPyTorch({ ...small, threads: 2 });
    expect(pytorch?.wait).toMatch(/^(passive|spin)$/);
    await pytorch?.close();
  });

  it('tells what PyTorch said when it ends too early', async () => {
    await expect(
      startPyTorch({
        ...small,
        folder: join(mkdtempSync(join(tmpdir(), 'forwardflow-pytorch-')), 'nowhere'),
      }),
    ).rejects.toThrow(/No such file or directory/);
  });
});
