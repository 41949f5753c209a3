import { expect, test } from 'vitest';
import { whatWouldBeFaster } from '../../src/cli/commands/doctor.ts';

const missing = { name: 'blas', why: 'no OpenBLAS found: `apt install libopenblas0-pthread`' };
const tile = (name: string, gflops: number) => ({ name, gflops });

test.each([
  ['what to install', [missing, tile('simd', 40)], missing.why],
  ['nothing, where the first is the fastest', [tile('blas', 90), tile('simd', 40), tile('plain', 1)], null],
  ['nothing, where the difference could be chance', [tile('blas', 90), tile('simd', 100)], null],
  [
    'a tile that is faster than the one taken',
    [tile('blas', 10), { name: 'tfjs-node', why: 'not built' }, tile('tfjs-wasm', 27), tile('simd', 35)],
    '--tile simd, which auto does not take: blas should be faster, but is not on this machine',
  ],
])('doctor says %s', (_, tiles, advice) => {
  expect(whatWouldBeFaster(tiles)).toBe(advice);
});
