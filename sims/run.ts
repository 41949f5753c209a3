import { readdirSync } from 'node:fs';

/** `npm run sims`, or `npm run sims 02 05`: runs the studies whose names begin so. */
const wanted = process.argv.slice(2);
const files = readdirSync(new URL('.', import.meta.url)).filter((name) => /^\d\d-.*\.ts$/.test(name));
for (const file of files.sort()) {
  if (wanted.length > 0 && !wanted.some((start) => file.startsWith(start))) continue;
  const { default: study } = (await import(new URL(file, import.meta.url).href)) as {
    default: () => Promise<string>;
  };
  process.stdout.write(`── ${file.replace('.ts', '')}\n${await study()}\n`);
}
