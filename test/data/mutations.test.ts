import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { random } from '../../src/core/random.ts';
import { mutated, readChanged, specimens } from './mutations.ts';
import { files } from './written.ts';

/** `bench/data-mutations.ts` reads 20,000 of each. */
const each = 60;

test.each(specimens)('a changed $format is read, or refused in one sentence', async (specimen) => {
  const dir = await files(await mkdtemp(join(tmpdir(), 'mutations-')), {
    ...specimen.beside,
    [specimen.file.replace(/\.gz$/, '')]: '',
  });
  try {
    expect((await readChanged(dir, specimen, specimen.bytes)).message).toBeUndefined();
    const draw = random(11).fork(specimen.format);
    let refused = 0;
    for (let i = 0; i < each; i++) {
      const bytes = mutated(specimen.bytes, draw);
      const outcome = await readChanged(dir, specimen, bytes);
      if (outcome.message !== undefined) refused++;
      expect(outcome.bytes).toBeLessThanOrEqual(1032 * bytes.length + 1000);
    }
    expect(refused).toBeGreaterThan(each / 10);
  } finally {
    await rm(dir, { recursive: true });
  }
});
