import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { type Microbatch, microbatchIn, type Shape } from '../../src/data/microbatch.ts';
import type { KernelsPlan, Workplace } from '../../src/kernels/kernel.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { simdKernels } from '../../src/kernels/simd.ts';

/** The memory of all tests of one file. */
export const arena = Arena.over();

const over = async (plan: KernelsPlan): Promise<Workplace> => ({
  arena,
  kernels: await make(plan, arena),
});

/** What production works with where it can, and what it works with elsewhere. */
export const [simdPlace, plainPlace] = [await over(simdKernels()), await over(plainKernels())];
export const places = [
  ['simd', simdPlace],
  ['plain', plainPlace],
] as const;

/** Room for a microbatch, as a stage has it. */
export const room = (shape: Shape): Microbatch => microbatchIn(arena, shape);

/** A copy in the arena. */
export function within(values: ArrayLike<number>): Float32Array {
  const array = arena.floats(values.length);
  array.set(values);
  return array;
}
