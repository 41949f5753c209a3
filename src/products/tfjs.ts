import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Arena } from '../core/memory/arena.ts';
import { plan } from '../core/plan.ts';
import { type BareProducts, type ProductsMaker, type ProductsPlan, productsOver } from './product.ts';

/** `node`: native TensorFlow, an optional package; `wasm`: WebAssembly, which runs wherever Node does. */
export interface TfjsOptions {
  readonly engine: 'node' | 'wasm';
}

type Tfjs = typeof import('@tensorflow/tfjs-core');

/**
 * The products of TensorFlow.js, over one of two engines.
 *
 * `wasm` works on the calling thread alone. `node` shares one pool of threads among all threads of the process, sized
 * by TF_NUM_INTRAOP_THREADS as the shell set it; set it to 1 where layers are to be the parallelism. Its binding must be
 * loaded on the main thread before runs on worker threads: `namedProducts` and `fastestProducts` do, and say why.
 */
export function tfjs(options: TfjsOptions): ProductsPlan {
  return plan(import.meta.url, `tfjs-${options.engine}`, options);
}

/**
 * Makes what `tfjs(options)` plans.
 *
 * @throws {Error} when the engine's package is not there or does not start
 */
export async function create({ engine }: TfjsOptions, arena: Arena): Promise<ProductsMaker> {
  const { tf, description } = await (engine === 'node' ? startNode() : startWasm());
  const backend = tf.getBackend();
  return {
    name: `tfjs-${engine}`,
    description,
    products: (inputs, units) =>
      productsOver(arena, inputs, units, (weights) => products(tf, backend, inputs, units, weights)),
  };
}

const require = createRequire(import.meta.url);

async function startWasm(): Promise<{ tf: Tfjs; description: string }> {
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  if (tf.engine().registry.wasm === undefined) {
    setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  }
  const takeBack = listenersOf('uncaughtException', 'unhandledRejection');
  const started = await tf.setBackend('wasm');
  takeBack();
  if (!started) throw new Error('tfjs could not start its wasm backend');
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'WASM with SIMD' : 'WASM without SIMD';
  return { tf, description: `tfjs ${tf.version_core}, ${simd}, 1 thread` };
}

/**
 * Remembers who listens for errors of this thread, and gives back a function that removes whoever has come since.
 *
 * The wasm build of tfjs listens for uncaught errors and throws them anew from its own file, so that the process ends
 * with status 7 and a foreign line of source. An error of ours must arrive as it was.
 */
function listenersOf(...events: string[]): () => void {
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  return () => {
    for (const [event, known] of before) {
      for (const listener of process.rawListeners(event)) {
        if (!known.has(listener)) process.removeListener(event, listener as () => void);
      }
    }
  };
}

async function startNode(): Promise<{ tf: Tfjs; description: string }> {
  // tfjs-node 4.22.0 calls two functions that Node 22 warns of and Node 23 took out; each thread has a util of its own
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
  // errors and warnings, without TensorFlow's greeting; heard on the main thread only, whose environment is the process's
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  const name: string = '@tensorflow/tfjs-node'; // a string to the compiler, which need not find the package
  const module = (await import(name)) as Tfjs & { default?: Tfjs };
  const tf = module.default ?? module;
  if (!(await tf.setBackend('tensorflow')))
    throw new Error('tfjs-node could not start its tensorflow backend');
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  const pool = threads === 1 ? '1 thread' : `${threads} threads`;
  return {
    tf,
    description: `tfjs-node ${tf.version_core}, TensorFlow ${binding.TF_Version}, ${pool} for all stages`,
  };
}

/**
 * The three products. No operand is ever multiplied as transposed, which would cost ten times as much on wasm: it is
 * transposed first. W is uploaded at the first product after a change, Wᵀ at the first `readBack` after one.
 *
 * @param backend  the name tfjs knows the engine by
 * @param weights  W  [inputs × units]
 */
function products(
  tf: Tfjs,
  backend: string,
  inputs: number,
  units: number,
  weights: Float32Array,
): BareProducts {
  let w: Tensor2D | undefined;
  let wTransposed: Tensor2D | undefined;
  const upload = (data: Float32Array, rows: number, columns: number) =>
    tf.tensor2d(data.subarray(0, rows * columns), [rows, columns]);
  const uploaded = () => {
    w ??= tf.keep(upload(weights, inputs, units));
    return w;
  };
  const uploadedTransposed = () => {
    wTransposed ??= tf.keep(tf.transpose(uploaded()));
    return wTransposed;
  };
  const put = (out: Float32Array, a: () => Tensor2D, b: () => Tensor2D) => {
    // takes effect at once, since the backend has started
    if (tf.getBackend() !== backend) void tf.setBackend(backend);
    tf.tidy(() => out.set(tf.matMul(a(), b()).dataSync()));
  };
  const forget = () => {
    w?.dispose();
    wTransposed?.dispose();
    w = undefined;
    wTransposed = undefined;
  };
  return {
    written: forget,
    dispose: forget,
    read: (rows, x, z) => put(z, () => upload(x, rows, inputs), uploaded),
    readBack: (rows, delta, dx) => put(dx, () => upload(delta, rows, units), uploadedTransposed),
    correlate: (rows, x, delta, g) =>
      put(
        g,
        () => tf.transpose(upload(x, rows, inputs)),
        () => upload(delta, rows, units),
      ),
  };
}
