import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { threadArguments } from '../../src/core/thread.ts';
import { betterKernels } from '../../src/products/parts/openblas-kernels.ts';

const flags = (text: string) => new Set(text.split(' '));
const emeraldRapids = flags(
  'sse4_2 fma avx avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16 amx_tile',
);
const alderLake = flags('sse4_2 fma avx avx2 avx_vnni');
const sandyBridge = flags('sse4_2 avx');

describe('kernels that OpenBLAS should have chosen', () => {
  it.each([
    ['Prescott', emeraldRapids, 'SkylakeX'], // what 0.3.21 takes a processor for that it does not know
    ['Prescott', alderLake, 'Haswell'],
    ['Sandybridge', alderLake, 'Haswell'],
    ['Haswell', emeraldRapids, undefined], // a build without AVX-512, or a choice with a reason
    ['Zen', emeraldRapids, undefined],
    ['SkylakeX', emeraldRapids, undefined],
    ['Sandybridge', sandyBridge, undefined],
    ['Prescott', new Set<string>(), undefined], // a machine that does not say what it can do
    ['ARMV8', flags('fp asimd'), undefined],
  ])('chose %s', (chosen, has, better) => {
    expect(betterKernels(chosen, has)).toBe(better);
  });
});

const library = '/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0';
if (!existsSync(library)) console.info(`kernels of OpenBLAS are not tested: no ${library}`);
const hasAvx2 = existsSync('/proc/cpuinfo') && /^flags.* avx2 /m.test(readFileSync('/proc/cpuinfo', 'utf8'));

describe.skipIf(!existsSync(library))('OpenBLAS as it is loaded', () => {
  const notOld = / for (?!Prescott|Core2|Nehalem|Sandybridge|Barcelona|Bulldozer)\w+,/;

  /** what the products say they are, in a process of its own: a library chooses once in its process */
  function described(environment: NodeJS.ProcessEnv, threads = 0): string[] {
    const program = fileURLToPath(new URL('./described.ts', import.meta.url));
    const said = execFileSync(
      process.execPath,
      [...threadArguments(import.meta.url), program, library, String(threads)],
      {
        env: { ...process.env, OPENBLAS_CORETYPE: undefined, ...environment },
        encoding: 'utf8',
      },
    );
    return JSON.parse(said);
  }

  it.runIf(hasAvx2)('has kernels as new as the processor', () => {
    expect(described({})[0]).toMatch(notOld);
  });

  it.runIf(hasAvx2)('has them in threads that load it all at once, and no one before', () => {
    const said = described({}, 3);
    expect(said).toHaveLength(3);
    for (const one of said) expect(one).toMatch(notOld);
  });

  it('has those that the user names', () => {
    expect(described({ OPENBLAS_CORETYPE: 'Nehalem' })[0]).toContain(' for Nehalem,');
  });
});
