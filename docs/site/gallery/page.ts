// The page docs/gallery.md: every example with what it prints here, a picture of what it did, and its code. `npm run gallery`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pictures } from './pictures.ts';
import { WATCHED_FILE, type Watched } from './watched-file.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.ts'));
const folder = mkdtempSync(join(tmpdir(), 'gallery-'));

/** What a program printed and, where it ran something, did: its imports of forwardflow lead to those that are watched. */
function ran(file: string): { readonly printed: string; readonly watched: Watched } {
  const kept = join(folder, `${file}.json`);
  const env = {
    ...process.env,
    TSX_TSCONFIG_PATH: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
    [WATCHED_FILE]: kept,
  };
  const args = ['--import', 'tsx', `examples/${file}`];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`examples/${file} must run; got ${stderr}`);
  const watched = pictures[file] && (JSON.parse(readFileSync(kept, 'utf8')) as Watched);
  return { printed: stdout.trim(), watched: watched ?? { runs: [], simulations: [] } };
}

/** An example as a section: its first sentence, its picture, what it printed, its code. */
async function section(file: string): Promise<string> {
  const code = readFileSync(join(root, 'examples', file), 'utf8').trim();
  const says = /^\/\/ (.*)$/m.exec(code)?.[1] ?? /^\/\*\* (.*?)(?: \*\/)?$/m.exec(code)?.[1] ?? '';
  const { printed, watched } = ran(file);
  const parts = [`## ${file}`, says];
  const picture = pictures[file];
  if (picture !== undefined) {
    const drawn = `pictures/${basename(file, '.ts')}.svg`;
    writeFileSync(join(root, 'docs', drawn), await picture.draw(watched));
    parts.push(`![${picture.shows}](${drawn})`);
  }
  if (printed !== '') parts.push('It prints:', `\`\`\`\n${printed}\n\`\`\``);
  return [...parts, `\`\`\`ts\n${code}\n\`\`\`\n`].join('\n\n');
}

const head = `# Gallery of examples

Programs of 8 to 20 lines, and members of your own, which a program beside them uses. From a clone: \`node --import tsx
examples/stream.ts\`. The page and its pictures are made by \`npm run gallery\`, which runs each of them: a picture is of the very run
that printed what stands below it. Speeds are those of the machine it ran on.

![Two real runs: a Forward-Forward stream, whose two stages learn at the same time, and blocking backprop, whose stages wait for one another](pictures/run.svg)
`;
const sections: string[] = [];
for (const file of files) sections.push(await section(file));
writeFileSync(join(root, 'docs/gallery.md'), [head, ...sections].join('\n'));
rmSync(folder, { recursive: true });
