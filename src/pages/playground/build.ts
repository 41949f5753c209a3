import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './build/bundle.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/**
 * Builds the playground: a folder of static files, whose simulator works from `file://` too.
 *
 * @param outDir  folder that gets `index.html`; made where it is missing
 * @throws {Error} where the kernels have not been built
 */
export async function buildPlayground(outDir: string): Promise<void> {
  const { script, style } = await bundle('pages/playground/playground.ts', { members: ['schedules/'] });
  const lanes = [
    ['schedule', 'A'],
    ['against', 'B'],
  ].map(([side, letter]) => text('lane.html').replaceAll('SIDE', side).replaceAll('LETTER', letter));
  const page = filled(text('index.html'), {
    '/*style*/': style,
    '<!--lanes-->': lanes.join(''),
    '<!--learn-->': '',
    '/*script*/': script.replaceAll('</script', '<\\/script'),
  });
  mkdirSync(outDir, { recursive: true });
  writeFileSync(`${outDir}/index.html`, page);
}

/** A text with each mark replaced; what is put in is taken as it is. */
function filled(page: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((all, [mark, part]) => all.replace(mark, () => part), page);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = `${root}dist/playground`;
  await buildPlayground(out);
  console.log(`${out}/index.html`);
}
