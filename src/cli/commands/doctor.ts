import { availableParallelism, cpus } from 'node:os';
import { Command } from 'commander';
import { detectProducts, fastestKernels, measureProducts, whereIsData } from '../../report.ts';
import { print, printJson } from '../outlet.ts';
import { endOnSignals } from '../signals.ts';

/** a product of the main job: a microbatch's positive and negative rows with the first layer's weights */
const product = { rows: 200, inputs: 784, units: 500, milliseconds: 300 };

/** `forwardflow doctor`: what this machine has, what is missing, and the one line that would make it faster. */
export function doctor(): Command {
  return new Command('doctor')
    .description(
      'report what this machine has: products and their speed, data, and what would make it faster',
    )
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async ({ json }: { json?: boolean }) => {
      endOnSignals();
      const report = await examine();
      json ? printJson(report) : print(withShortWords(words(report)));
    });
}

async function examine() {
  const tiles = [];
  for (const { plan, ...tile } of await detectProducts()) {
    tiles.push(plan ? { ...tile, gflops: await measureProducts(plan, product) } : tile);
  }
  const fastest = tiles.find(({ available }) => available);
  const kernels = fastestKernels();
  return {
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    tiles,
    uses: fastest?.name,
    kernels: { uses: kernels.plan.name, why: kernels.why ?? null },
    data: await whereIsData(),
    faster: whatWouldBeFaster(tiles),
  };
}

/**
 * What to install, or which tile to ask for, to make it faster; null where nothing is known.
 *
 * @param tiles  what was found, in the order `auto` prefers; those that can be used have a speed
 */
export function whatWouldBeFaster(
  tiles: readonly { readonly name: string; readonly why?: string; readonly gflops?: number }[],
): string | null {
  const blas = tiles.find(({ name }) => name === 'blas');
  if (blas?.why !== undefined) return blas.why;
  const usable = tiles.flatMap(({ name, gflops }) => (gflops === undefined ? [] : [{ name, gflops }]));
  const [used, ...others] = usable;
  const [best] = others.sort((a, b) => b.gflops - a.gflops);
  // less could be chance
  if (best === undefined || best.gflops < 1.2 * used.gflops) return null;
  return `--tile ${best.name}, which auto does not take: ${used.name} should be faster, but is not on this machine`;
}

function words({
  node,
  cores,
  cpu,
  tiles,
  uses,
  kernels,
  data,
  faster,
}: Awaited<ReturnType<typeof examine>>): string {
  const tileLines = tiles.map((tile) =>
    'gflops' in tile
      ? `  ${tile.name.padEnd(10)} ${tile.gflops.toFixed(1).padStart(6)} GFLOP/s  ${tile.description}`
      : `  ${tile.name.padEnd(10)} can't be used: ${tile.why}`,
  );
  return [
    `node     ${node}`,
    `cores    ${cores} (${cpu})`,
    `tiles    one thread, ${product.rows} × ${product.inputs} × ${product.units}; auto takes ${uses}`,
    ...tileLines,
    `kernels  ${kernels.uses}${kernels.why === null ? '' : `, since the SIMD ones can't be used: ${kernels.why}`}`,
    'data',
    ...data.map(({ name, found, path, why }) => `  ${name.padEnd(10)} ${found ? path : why}`),
    faster === null ? 'nothing to install would make it faster' : `faster   ${faster}`,
    '',
  ].join('\n');
}

/** characters of a path that fit a line with what it is set in by */
const room = 72;

/** Text whose long paths go on in a line of their own behind a slash. */
function withShortWords(text: string): string {
  return text.replace(/\S{76,}/g, (word) =>
    (word.match(new RegExp(`.{1,${room}}(?:/|$)|.{1,${room}}`, 'g')) ?? []).join('\n    '),
  );
}
