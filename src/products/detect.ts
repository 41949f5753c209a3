import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { must, mustBePositive } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import { matrix } from '../core/matrix.ts';
import { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { threadArguments } from '../core/thread.ts';
import { blas, findBlas } from './blas.ts';
import { plain } from './plain.ts';
import type { ProbeAnswer } from './probe.worker.ts';
import type { ProductsPlan } from './product.ts';
import { simd } from './simd.ts';
import { tfjs } from './tfjs.ts';

/** Whether products can be executed here in one way. */
export interface ProductsReport {
  readonly name: 'blas' | 'tfjs-node' | 'simd' | 'tfjs-wasm' | 'plain';
  readonly available: boolean;
  /** there when `available` */
  readonly plan?: ProductsPlan;
  /** there when `available`: what would execute the products */
  readonly description?: string;
  /** there when not: one line that says why, and what would change it */
  readonly why?: string;
}

/** How to look for each way, the fastest first. */
const looks: readonly (() => Promise<ProductsReport>)[] = [
  lookForBlas,
  lookForTfjsNode,
  lookForSimd,
  lookForTfjsWasm,
  lookForPlain,
];

const looksFor = {
  blas: [lookForBlas],
  simd: [lookForSimd],
  tfjs: [lookForTfjsNode, lookForTfjsWasm],
} as const;

/** Looks for every way to execute products, and reports on all of them, the fastest first. */
export async function detectProducts(): Promise<ProductsReport[]> {
  const reports: ProductsReport[] = [];
  for (const look of looks) reports.push(await look());
  return reports;
}

/**
 * The plan of the fastest products that can be used here; slower ones are not looked for.
 *
 * @throws {Error} when FORWARDFLOW_BLAS is set and can't be used
 */
export async function fastestProducts(): Promise<ProductsPlan> {
  for (const look of looks) {
    const report = await look();
    if (report.plan) return report.plan;
    if (report.name === 'blas' && process.env.FORWARDFLOW_BLAS) throw cannotUse('blas', report.why);
  }
  return plain();
}

/**
 * The plan of the products that a person named; 'tfjs' is the faster of its two engines that can be used.
 *
 * @throws {Error} when it can't be used, saying why and what would change that
 */
export async function namedProducts(
  name: 'auto' | 'blas' | 'simd' | 'tfjs' | 'plain',
): Promise<ProductsPlan> {
  if (name === 'auto') return fastestProducts();
  if (name === 'plain') return plain();
  must(name in looksFor, 'products', "'auto', 'blas', 'simd', 'tfjs' or 'plain'", name);
  let why: string | undefined;
  for (const look of looksFor[name]) {
    const report = await look();
    if (report.plan) return report.plan;
    why = report.why;
  }
  throw cannotUse(name, why);
}

/**
 * Measures how fast products read, on this thread.
 *
 * @param size  `milliseconds`: how long to measure, at least, after 2 reads that are not counted
 * @returns GFLOP/s: 2 · multiply-accumulates a nanosecond
 */
export async function measureProducts(
  plan: ProductsPlan,
  size: { inputs: number; units: number; rows: number; milliseconds: number },
): Promise<number> {
  mustBePositive(size.milliseconds, 'milliseconds');
  const arena = Arena.over();
  const products = (await make(plan, arena)).products(size.inputs, size.units);
  products.weights.fill(0.5);
  products.written();
  const x = matrix(size.rows, size.inputs, arena.floats(size.rows * size.inputs).fill(0.5));
  const z = matrix(size.rows, size.units, arena.floats(size.rows * size.units));
  products.read(x, z);
  products.read(x, z);
  const before = products.macs;
  const start = wallNanoseconds();
  let elapsed = 0;
  while (elapsed < size.milliseconds * 1e6) {
    products.read(x, z);
    elapsed = wallNanoseconds() - start;
  }
  const macs = products.macs - before;
  products.dispose();
  return (2 * macs) / elapsed;
}

/**
 * Loads products on two worker threads at once and has each multiply one small matrix: a binding that breaks on
 * its second thread fails this. The threads belong to a process of their own, so that a binding that crashes or
 * hangs in native code takes nothing with it.
 *
 * @param seconds  how long it may take
 * @returns the description of the products
 * @throws {Error} when a thread fails, multiplies wrong, or is not done in time
 */
export function probe(plan: ProductsPlan, seconds = 10): Promise<string> {
  const file = import.meta.url.endsWith('.ts') ? './probe.worker.ts' : './probe.worker.js';
  const child = fork(new URL(file, import.meta.url), {
    execArgv: threadArguments(import.meta.url),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: seconds * 1e3,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('message', (answer: ProbeAnswer) => {
      if ('description' in answer) resolve(answer.description);
      else reject(new Error(answer.failure));
    });
    child.on('exit', (status, signal) => {
      if (child.killed) reject(new Error(`not done within ${seconds} s`));
      else reject(new Error(`its process ended with ${signal ?? `status ${status}`} before it was done`));
    });
    child.send(plan);
  });
}

async function lookForBlas(): Promise<ProductsReport> {
  try {
    const found = await findBlas();
    if ('missing' in found) return { name: 'blas', available: false, why: found.missing };
    const { library, description } = found;
    return { name: 'blas', available: true, plan: blas({ library }), description };
  } catch (cause) {
    return { name: 'blas', available: false, why: (cause as Error).message };
  }
}

async function lookForTfjsNode(): Promise<ProductsReport> {
  const name = 'tfjs-node';
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-node');
  } catch {
    return { name, available: false, why: 'package missing: `npm install @tensorflow/tfjs-node@4.22.0`' };
  }
  const plan = tfjs({ engine: 'node' });
  try {
    const description = await probe(plan);
    // Held by this thread, so that the binding is never let go. One that was built against old headers of Node registers
    // itself when it is loaded for the first time only, and TensorFlow stays loaded: after the last of its threads has
    // ended, the next one's load would end with 'Module did not self-register' (tensorflow/tfjs#8388).
    await make(plan, Arena.over());
    return { name, available: true, plan, description };
  } catch (cause) {
    return { name, available: false, why: whyNotTfjsNode(cause as Error) };
  }
}

async function lookForSimd(): Promise<ProductsReport> {
  const name = 'simd';
  const plan = simd();
  try {
    return { name, available: true, plan, description: (await make(plan, Arena.over())).description };
  } catch (cause) {
    return { name, available: false, why: firstLine(cause as Error) };
  }
}

async function lookForTfjsWasm(): Promise<ProductsReport> {
  const name = 'tfjs-wasm';
  const plan = tfjs({ engine: 'wasm' });
  try {
    return { name, available: true, plan, description: (await make(plan, Arena.over())).description };
  } catch (cause) {
    const fix = '`npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0`';
    return { name, available: false, why: `${firstLine(cause as Error)}: ${fix}` };
  }
}

async function lookForPlain(): Promise<ProductsReport> {
  const plan = plain();
  return { name: 'plain', available: true, plan, description: (await make(plan, Arena.over())).description };
}

/** One line on why tfjs-node, whose package is there, can't be used. */
export function whyNotTfjsNode(cause: Error): string {
  const line = firstLine(cause);
  const registers = !/did not self-register/.test(line);
  if (registers && /tfjs_binding|libtensorflow|\.node\b/i.test(cause.message)) {
    const approve = 'npm 12 and later: `npm install-scripts approve @tensorflow/tfjs-node` first';
    return `binary missing (${line}): \`npm rebuild @tensorflow/tfjs-node\` (${approve})`;
  }
  if (/is not a function/.test(line))
    return `Node ${process.versions.node} is too new for it (${line}): use Node 22`;
  return `it failed on worker threads (${line}): use other products`;
}

function cannotUse(name: string, why = 'unknown'): Error {
  return new Error(`products '${name}' can't be used: ${why}`);
}

function firstLine(cause: Error): string {
  return cause.message.split('\n', 1)[0];
}
