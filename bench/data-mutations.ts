// Reads changed data files, 20,000 of each format: only documented errors, no hang, memory bounded.
// node --import tsx bench/data-mutations.ts [count] [seed] [formats, with commas between]

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallNanoseconds } from '../src/core/clock.ts';
import { random } from '../src/core/random.ts';
import { mutated, readChanged, specimens } from '../test/data/mutations.ts';
import { files } from '../test/data/written.ts';

const [count = 20_000, seed = 1] = process.argv.slice(2, 4).map(Number);
const chosen = process.argv[4]?.split(',');
let faults = 0;
for (const specimen of specimens.filter(({ format }) => chosen?.includes(format) ?? true)) {
  const dir = await files(await mkdtemp(join(tmpdir(), 'mutations-')), {
    ...specimen.beside,
    [specimen.file.replace(/\.gz$/, '')]: '',
  });
  const draw = random(seed).fork(specimen.format);
  let [refused, slowest, ratio, rss] = [0, 0, 0, 0];
  const kinds = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const bytes = mutated(specimen.bytes, draw);
    const began = wallNanoseconds();
    try {
      const outcome = await readChanged(dir, specimen, bytes);
      if (outcome.message !== undefined) {
        refused++;
        const kind = outcome.message
          .replaceAll(dir, '')
          .replace(/'.*'|\d+/g, '#')
          .slice(0, 60);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      ratio = Math.max(ratio, outcome.bytes / Math.max(1, bytes.length));
    } catch (error) {
      faults++;
      console.log(`${specimen.format} ${i}: ${(error as Error).stack}`);
    }
    slowest = Math.max(slowest, (wallNanoseconds() - began) / 1e6);
    if (i % 50 === 0) rss = Math.max(rss, process.memoryUsage.rss() / 2 ** 20);
  }
  await rm(dir, { recursive: true });
  console.log(
    `${specimen.format.padEnd(8)} ${count} read: ${refused} refused in ${kinds.size} kinds of sentence, slowest ${slowest.toFixed(0)} ms, ` +
      `kept at most ${ratio.toFixed(1)} × the file, process at most ${rss.toFixed(0)} MB`,
  );
}
console.log(faults === 0 ? 'no other error' : `${faults} other errors`);
if (faults > 0) process.exitCode = 1;
