import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { Arena } from '../core/arena.ts';
import { must, mustBePositive } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import { matrix } from '../core/matrix.ts';
import { make } from '../core/plan.ts';
import { threadArguments } from '../core/thread.ts';
import { blas, findBlas } from './blas.ts';
import { plain } from './plain.ts';
import type { ProbeAnswer } from './probe.worker.ts';
import { simd } from './simd.ts';
import { tfjs } from './tfjs.ts';
import type { TilePlan } from './tile.ts';

/** Whether one kind of tile can be used here. */
export interface TileReport {
  readonly name: 'blas' | 'tfjs-node' | 'simd' | 'tfjs-wasm' | 'plain';
  readonly available: boolean;
  /** there when `available` */
  readonly plan?: TilePlan;
  /** there when `available`: what would execute the products */
  readonly description?: string;
  /** there when not: one line that says why, and what would change it */
  readonly why?: string;
}

/** How to look for each kind of tile, the fastest first. */
const looks: readonly (() => Promise<TileReport>)[] = [
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

/** Looks for every kind of tile, and reports on all of them, the fastest first. */
export async function detectTiles(): Promise<TileReport[]> {
  const reports: TileReport[] = [];
  for (const look of looks) reports.push(await look());
  return reports;
}

/**
 * The plan of the fastest tile that can be used here; slower ones are not looked for.
 *
 * @throws {Error} when FORWARDFLOW_BLAS is set and can't be used
 */
export async function fastestTile(): Promise<TilePlan> {
  for (const look of looks) {
    const report = await look();
    if (report.plan) return report.plan;
    if (report.name === 'blas' && process.env.FORWARDFLOW_BLAS) throw cannotUse('blas', report.why);
  }
  return plain();
}

/**
 * The plan of the tile that a person named; 'tfjs' is the faster of its two engines that can be used.
 *
 * @throws {Error} when it can't be used, saying why and what would change that
 */
export async function namedTile(name: 'auto' | 'blas' | 'simd' | 'tfjs' | 'plain'): Promise<TilePlan> {
  if (name === 'auto') return fastestTile();
  if (name === 'plain') return plain();
  must(name in looksFor, 'tile', "'auto', 'blas', 'simd', 'tfjs' or 'plain'", name);
  let why: string | undefined;
  for (const look of looksFor[name]) {
    const report = await look();
    if (report.plan) return report.plan;
    why = report.why;
  }
  throw cannotUse(name, why);
}

/**
 * Measures how fast a tile reads, on this thread.
 *
 * @param milliseconds  how long to measure, at least, after 2 reads that are not counted
 * @returns GFLOP/s: 2 · multiply-accumulates a nanosecond
 */
export async function measureTile(
  plan: TilePlan,
  of: { inputs: number; units: number; rows: number; milliseconds: number },
): Promise<number> {
  mustBePositive(of.milliseconds, 'milliseconds');
  const arena = Arena.over();
  const tile = (await make(plan, arena)).tile(of.inputs, of.units);
  tile.weights.fill(0.5);
  tile.written();
  const x = matrix(of.rows, of.inputs, arena.floats(of.rows * of.inputs).fill(0.5));
  const z = matrix(of.rows, of.units, arena.floats(of.rows * of.units));
  tile.read(x, z);
  tile.read(x, z);
  const before = tile.macs;
  const start = wallNanoseconds();
  let elapsed = 0;
  while (elapsed < of.milliseconds * 1e6) {
    tile.read(x, z);
    elapsed = wallNanoseconds() - start;
  }
  const macs = tile.macs - before;
  tile.dispose();
  return (2 * macs) / elapsed;
}

/**
 * Loads a tile on two worker threads at once and has each multiply one small matrix: what a binding that breaks on
 * its second thread does not survive. The threads belong to a process of their own, so that a binding that crashes or
 * hangs in native code takes nothing with it.
 *
 * @param seconds  how long it may take
 * @returns the tile's description
 * @throws {Error} when a thread fails, multiplies wrong, or is not done in time
 */
export function probe(plan: TilePlan, seconds = 10): Promise<string> {
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

async function lookForBlas(): Promise<TileReport> {
  try {
    const found = await findBlas();
    if ('missing' in found) return { name: 'blas', available: false, why: found.missing };
    const { library, description } = found;
    return { name: 'blas', available: true, plan: blas({ library }), description };
  } catch (cause) {
    return { name: 'blas', available: false, why: (cause as Error).message };
  }
}

async function lookForTfjsNode(): Promise<TileReport> {
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
    await make(plan);
    return { name, available: true, plan, description };
  } catch (cause) {
    return { name, available: false, why: whyNotTfjsNode(cause as Error) };
  }
}

async function lookForSimd(): Promise<TileReport> {
  const name = 'simd';
  const plan = simd();
  try {
    return { name, available: true, plan, description: (await make(plan, Arena.over())).description };
  } catch (cause) {
    return { name, available: false, why: firstLine(cause as Error) };
  }
}

async function lookForTfjsWasm(): Promise<TileReport> {
  const name = 'tfjs-wasm';
  const plan = tfjs({ engine: 'wasm' });
  try {
    return { name, available: true, plan, description: (await make(plan, Arena.over())).description };
  } catch (cause) {
    const fix = '`npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0`';
    return { name, available: false, why: `${firstLine(cause as Error)}: ${fix}` };
  }
}

async function lookForPlain(): Promise<TileReport> {
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
  return `it failed on worker threads (${line}): use another tile`;
}

function cannotUse(name: string, why = 'unknown'): Error {
  return new Error(`tile '${name}' can't be used: ${why}`);
}

function firstLine(cause: Error): string {
  return cause.message.split('\n', 1)[0];
}
