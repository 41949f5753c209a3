import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mnist } from '../../index.ts';
import { bundle } from './build/bundle.ts';
import { packed } from './learning/digits.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** what the plans of the page's network name */
const learningMembers = [
  ...['layers/forward-forward', 'tiles/digital', 'products/simd', 'kernels/simd', 'schedules/stream'],
  ...['optimisers/', 'losses/', 'goodness/', 'negatives/', 'normalisations/', 'overflows/', 'selections/'],
];

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
    '<!--learn-->': text('learn.html'),
    '/*script*/': script.replaceAll('</script', '<\\/script'),
  });
  const kernels = ['kernels/wasm/simd.wasm', 'kernels/wasm/simd-relaxed.wasm'];
  const carries = { members: learningMembers, files: kernels };
  const worker = await bundle('pages/playground/learning/worker.ts', carries, 'iife');
  const carried = { worker: worker.script, digits: await digits() };
  mkdirSync(outDir, { recursive: true });
  writeFileSync(`${outDir}/index.html`, page);
  writeFileSync(`${outDir}/learn.js`, `globalThis.forwardflowLearning = ${JSON.stringify(carried)};\n`);
}

/** Digits for the page; empty, and said so, where the package that has them is not installed. */
async function digits(): Promise<string> {
  try {
    return packed({ train: await mnist('train'), test: await mnist('test') });
  } catch (error) {
    console.error(
      `playground: built without digits, so nothing can be learned in it: ${(error as Error).message}`,
    );
    return '';
  }
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
