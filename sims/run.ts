import { studies } from './studies.ts';

/**
 * `npm run sims`, or `npm run sims -- 02 mortal --quick`: runs the studies whose names begin so, those of hardware in their
 * short forms where that is asked for.
 */
const words = process.argv.slice(2);
const quick = words.includes('--quick');
const wanted = words.filter((word) => word !== '--quick');
for (const { name, run } of studies) {
  if (wanted.length > 0 && !wanted.some((start) => name.startsWith(start))) continue;
  process.stdout.write(`── ${name}\n${await run(quick)}\n`);
}
for (const start of wanted)
  if (!studies.some(({ name }) => name.startsWith(start))) {
    process.stderr.write(
      `study must be one of ${studies.map(({ name }) => name).join(', ')}; got '${start}'\n`,
    );
    process.exitCode = 1;
  }
