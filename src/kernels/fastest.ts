import { Arena } from '../core/memory/arena.ts';
import { assembled } from './assembled.ts';
import type { KernelsPlan } from './kernel.ts';
import { plainKernels } from './plain.ts';
import { simdKernels } from './simd.ts';

/** The SIMD kernels, or where they have not been built or the engine can't run them the plain ones, and why. */
export function fastestKernels(): { readonly plan: KernelsPlan; readonly why?: string } {
  try {
    assembled(Arena.over());
    return { plan: simdKernels() };
  } catch (cause) {
    return { plan: plainKernels(), why: (cause as Error).message };
  }
}
