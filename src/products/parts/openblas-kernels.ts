import { readFileSync } from 'node:fs';
import type { LibraryHandle } from 'koffi';

/** sets of kernels that use AVX2: nothing older is worth taking where the processor has it */
const modern = new Set(['haswell', 'excavator', 'zen', 'skylakex', 'cooperlake', 'sapphirerapids']);

const avx512 = ['avx512f', 'avx512cd', 'avx512dq', 'avx512bw', 'avx512vl'];

/**
 * The set of kernels that OpenBLAS should have chosen, where its choice is older than the processor.
 *
 * OpenBLAS goes by the processor's model number. One that came out after the library is taken for a Pentium 4: 0.3.21 on
 * an Emerald Rapids gave 20 GFLOP/s a thread instead of 100 to 140, and said nothing.
 *
 * @param chosen  what the library chose: 'Haswell', 'SkylakeX', …
 * @param flags  what the processor can do, as /proc/cpuinfo has it
 * @returns undefined where the choice is good, or nothing better is known
 */
export function betterKernels(chosen: string, flags: ReadonlySet<string>): string | undefined {
  if (modern.has(chosen.toLowerCase()) || !flags.has('avx2') || !flags.has('fma')) return undefined;
  return avx512.every((flag) => flags.has(flag)) ? 'SkylakeX' : 'Haswell';
}

/**
 * Loads a library, and OpenBLAS once more where it chose kernels older than the processor and can be told better ones, by
 * OPENBLAS_CORETYPE. What the user set there is left as it is. It stays set, so that threads and programs that are
 * started from here get the same kernels.
 *
 * @param open  loads it
 * @param load  koffi's; C's own setenv is taken by it, since `process.env` of a worker thread is a copy that libraries
 *   don't see
 * @returns the library, and whether it still has the old kernels, because another thread holds it
 */
export function loadWithBestKernels(
  open: () => LibraryHandle,
  load: (path: null) => LibraryHandle,
): { library: LibraryHandle; isHeld: boolean } {
  const library = open();
  const chosen = choosesItself(library) && !process.env.OPENBLAS_CORETYPE ? kernelsOf(library) : undefined;
  const better = chosen && betterKernels(chosen, processorFlags());
  if (!better) return { library, isHeld: false };
  library.unload();
  load(null).func('setenv', 'int', ['str', 'str', 'int'])('OPENBLAS_CORETYPE', better, 1);
  const again = open();
  return { library: again, isHeld: kernelsOf(again) === chosen };
}

/** The set of kernels in use; undefined for another BLAS, which has no such call. */
export function kernelsOf(library: LibraryHandle): string | undefined {
  return said(library, 'openblas_get_corename');
}

/** A build for one kind of processor has no choice. */
function choosesItself(library: LibraryHandle): boolean {
  return said(library, 'openblas_get_config')?.includes('DYNAMIC_ARCH') ?? false;
}

function said(library: LibraryHandle, name: string): string | undefined {
  try {
    return library.func(name, 'str', [])();
  } catch {
    return undefined;
  }
}

/** What the processor of an x86 machine with Linux can do; empty on others. */
function processorFlags(): Set<string> {
  try {
    const [, flags] = readFileSync('/proc/cpuinfo', 'utf8').match(/^flags\s*:(.*)$/m) ?? [];
    return new Set(flags?.trim().split(' '));
  } catch {
    return new Set();
  }
}
