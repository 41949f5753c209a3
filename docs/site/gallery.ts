// The page docs/gallery.md: every example with what it prints here, and its code. `npm run gallery`.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = readdirSync(`${root}examples`).filter((file) => file.endsWith('.ts'));

/** An example as a section: its first sentence, what it printed, its code. */
function section(file: string): string {
  const code = readFileSync(`${root}examples/${file}`, 'utf8');
  const says = /^\/\/ (.*)$/m.exec(code)?.[1] ?? /^\/\*\* (.*?)(?: \*\/)?$/m.exec(code)?.[1] ?? '';
  const args = ['--import', 'tsx', `examples/${file}`];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`examples/${file} must run; got ${stderr}`);
  const printed = stdout.trim() === '' ? '' : `It prints:\n\n\`\`\`\n${stdout.trim()}\n\`\`\`\n\n`;
  return `## ${file}\n\n${says}\n\n${printed}\`\`\`ts\n${code.trim()}\n\`\`\`\n`;
}

const head = `# Gallery of examples

Programs of 8 to 20 lines, and members of your own. From a clone: \`node --import tsx examples/stream.ts\`. The page is written by
\`npm run gallery\`, which runs each of them. What a program prints of speeds is of the machine it ran on.

![Two real runs: a Forward-Forward stream, whose two stages learn at the same time, and blocking backprop, whose stages wait for one another](pictures/run.svg)
`;
writeFileSync(`${root}docs/gallery.md`, [head, ...files.map(section)].join('\n'));
