import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Arena } from '../core/memory/arena.ts';
import { plan } from '../core/plan.ts';
import { kernelsOf, loadWithBestKernels } from './parts/openblas-kernels.ts';
import { type BareProducts, type ProductsMaker, type ProductsPlan, productsOver } from './product.ts';

/** Where the products are executed: a path, or a name that the system's loader finds. */
export interface BlasOptions {
  readonly library: string;
}

/** Native fp32 products: a BLAS library, called through koffi, on one thread. */
export function blas(options: BlasOptions): ProductsPlan {
  return plan(import.meta.url, 'blas', options);
}

/**
 * Makes what `blas(options)` plans.
 *
 * @throws {Error} when koffi or the library does not load, or its `cblas_sgemm` is absent or wrong
 */
export async function create({ library }: BlasOptions, arena: Arena): Promise<ProductsMaker> {
  const { sgemm, description } = await bind(library).catch((cause) => {
    throw new Error(`products 'blas' can't use '${library}': ${firstLine(cause)}`, { cause });
  });
  return {
    name: 'blas',
    description,
    products: (inputs, units) =>
      productsOver(arena, inputs, units, (weights) => products(sgemm, inputs, units, weights)),
  };
}

/**
 * Looks for a BLAS library: in FORWARDFLOW_BLAS when that is set and not empty, else where systems put OpenBLAS, and
 * in macOS's Accelerate.
 *
 * @returns the library to plan with and what it is, or one line that says what is missing
 * @throws {Error} when FORWARDFLOW_BLAS names something that can't be used: what was asked for is not ignored
 */
export async function findBlas(): Promise<{ library: string; description: string } | { missing: string }> {
  const named = process.env.FORWARDFLOW_BLAS;
  if (named) {
    const bound = await bind(named).catch((cause: Error) => {
      const rule = 'FORWARDFLOW_BLAS must be the path of a BLAS library that can be used';
      throw new Error(`${rule}; got '${named}': ${firstLine(cause)}`, { cause });
    });
    return { library: named, description: bound.description };
  }
  try {
    await import('koffi');
  } catch (cause) {
    return { missing: `koffi does not load (${firstLine(cause)}): \`npm install koffi\`` };
  }
  let broken = '';
  for (const library of usualPlaces()) {
    try {
      return { library, description: (await bind(library)).description };
    } catch (cause) {
      if (existsSync(library)) broken ||= `; ${library} is there, but: ${firstLine(cause)}`;
    }
  }
  return {
    missing: `no OpenBLAS found${broken}: \`${installCommand()}\`, or set FORWARDFLOW_BLAS to a library`,
  };
}

/** Paths and names to try, best first; most exist on no one machine. */
function usualPlaces(): string[] {
  if (process.platform === 'darwin') {
    const brewed = ['/opt/homebrew', '/usr/local'].map((at) => `${at}/opt/openblas/lib/libopenblas.dylib`);
    return ['/System/Library/Frameworks/Accelerate.framework/Accelerate', ...brewed];
  }
  if (process.platform === 'win32') return ['libopenblas.dll', 'openblas.dll'];
  const triplets: Record<string, string> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
  const multiarch = `/usr/lib/${triplets[process.arch] ?? `${process.arch}-linux-gnu`}`;
  const debian = ['pthread', 'openmp', 'serial'].map(
    (kind) => `${multiarch}/openblas-${kind}/libopenblas.so.0`,
  );
  const fedora = ['libopenblasp.so.0', 'libopenblaso.so.0'].map((name) => `/usr/lib64/${name}`);
  const arch = '/usr/lib/libopenblas.so.0';
  const alpine = '/usr/lib/libopenblas.so.3';
  const byName = ['libopenblas.so.0', 'libopenblas.so.3', 'libopenblas.so'];
  return [...debian, `${multiarch}/libopenblas.so.0`, ...fedora, arch, alpine, ...byName];
}

/** The one line that puts OpenBLAS on a machine like this one. */
function installCommand(): string {
  if (process.platform === 'darwin') return 'brew install openblas';
  if (process.platform === 'win32') return 'install OpenBLAS for Windows';
  if (existsSync('/sbin/apk')) return 'apk add openblas';
  if (existsSync('/usr/bin/dnf')) return 'dnf install openblas-threads';
  if (existsSync('/usr/bin/pacman')) return 'pacman -S openblas';
  return 'apt install libopenblas0-pthread';
}

/** cblas_sgemm: C = alpha · op(A) · op(B) + beta · C, with m, n, k and the three row lengths. */
type Sgemm = (
  ...of: [
    ...[layout: number, transposeA: number, transposeB: number, m: number, n: number, k: number],
    ...[alpha: number, a: Float32Array, lda: number, b: Float32Array, ldb: number],
    ...[beta: number, c: Float32Array, ldc: number],
  ]
) => void;

const rowMajor = 101;
const asIs = 111;
const transposed = 112;

/** Calls that hold a library to one thread: OpenBLAS's, and Accelerate's from macOS 15 on. */
const oneThread = ['openblas_set_num_threads', 'BLASSetThreading'];

interface Bound {
  readonly sgemm: Sgemm;
  readonly description: string;
}

/** what this thread has loaded already */
const boundHere = new Map<string, Promise<Bound>>();

function bind(library: string): Promise<Bound> {
  const bound = boundHere.get(library) ?? load(library);
  boundHere.set(library, bound);
  return bound;
}

/**
 * Loads a library, holds it to one thread, and lets it prove itself on a product whose result is known.
 *
 * OpenBLAS built for one thread, and without USE_LOCKING, hands the same scratch memory to two threads that call it at
 * once, and some products come out wrong, without an error: with 0.3.21 and four threads, one in two thousand. Of such a
 * build each thread gets a copy of its own, with scratch memory of its own; and so it does of one that another thread
 * holds with kernels that are too old.
 *
 * @throws {Error} when it does not load, lacks cblas_sgemm, or must not be trusted
 * @see OpenBLAS issue 2126
 */
async function load(library: string, isOwn = false): Promise<Bound> {
  const { default: koffi } = await import('koffi');
  const open = () => (isOwn ? loadCopy(library, koffi.load) : koffi.load(library));
  const { library: handle, isHeld } = loadWithBestKernels(open, koffi.load);
  if (isHeld && !isOwn && existsSync(library)) return load(library, true);
  const sizes = ['int', 'int', 'int', 'int', 'int', 'int'];
  const arrays = ['float', 'float *', 'int', 'float *', 'int', 'float', 'float *', 'int'];
  // always called synchronously: koffi's asynchronous calls are not safe on worker threads
  const sgemm = handle.func('cblas_sgemm', 'void', [...sizes, ...arrays]) as Sgemm;
  const optional = (name: string, result: string, takes: string[]) => {
    try {
      return handle.func(name, result, takes);
    } catch {
      return undefined; // another BLAS, which has no such call
    }
  };
  const holds = oneThread.map((name) => optional(name, 'void', ['int'])).filter((hold) => hold !== undefined);
  for (const hold of holds) hold(1);
  const config: string = optional('openblas_get_config', 'str', [])?.() ?? '';
  const unlocked = optional('openblas_get_parallel', 'int', [])?.() === 0 && !config.includes('USE_LOCKING');
  if (unlocked && !isOwn) {
    if (existsSync(library)) return load(library, true);
    throw new Error(
      'it is built for one thread, and wrong on two at once; give its path, or a build for several threads',
    );
  }
  const [a, b, c] = [new Float32Array([1, 2]), new Float32Array([3, 4, 5, 6]), new Float32Array(2)];
  sgemm(rowMajor, asIs, transposed, 1, 2, 2, 1, a, 2, b, 2, 0, c, 2);
  if (c[0] !== 11 || c[1] !== 17) throw new Error('its cblas_sgemm gives wrong products (64-bit integers?)');
  const name = config.match(/^OpenBLAS [\d.]+/)?.[0] ?? basename(library);
  const kernels = kernelsOf(handle);
  const description = `${name}${kernels ? ` for ${kernels}` : ''}${holds.length > 0 ? ', 1 thread' : ''}`;
  return { sgemm, description };
}

/** Loads a library from a copy that no one else has: for the loader it is another library. The file is gone at once. */
function loadCopy<Handle>(library: string, load: (path: string) => Handle): Handle {
  const folder = mkdtempSync(join(tmpdir(), 'forwardflow-blas-'));
  try {
    const copy = join(folder, basename(library));
    copyFileSync(library, copy);
    return load(copy);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The three products, each one call. Operands are given as they lie: BLAS reads a transposed one as fast as another.
 *
 * @param w  [inputs × units]
 */
function products(sgemm: Sgemm, inputs: number, units: number, w: Float32Array): BareProducts {
  return {
    read: (rows, x, z) =>
      sgemm(rowMajor, asIs, asIs, rows, units, inputs, 1, x, inputs, w, units, 0, z, units),
    readBack: (rows, delta, dx) =>
      sgemm(rowMajor, asIs, transposed, rows, inputs, units, 1, delta, units, w, units, 0, dx, inputs),
    correlate: (rows, x, delta, g) =>
      sgemm(rowMajor, transposed, asIs, inputs, units, rows, 1, x, inputs, delta, units, 0, g, units),
  };
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0];
}
