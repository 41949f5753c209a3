import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { notQuick } from './test/loading/heavy.ts';
import { HeavyFirst } from './test/loading/heavy-first.ts';

const source = (name: string) => fileURLToPath(new URL(`src/${name}.ts`, import.meta.url));
const load = new URL('test/loading/program.mjs', import.meta.url).href;

/** files that put other modules in place of some, which only the test runner's own loader can do */
const replacing = ['report/trace/chrome-trace', 'kernels/unbuilt', 'cli/files', 'core/thread'].map(
  (name) => `test/${name}.test.ts`,
);

/**
 * Files are loaded as Node loads them, compiled once for the whole suite: code that the runner transforms looks each
 * imported name up anew, which takes several times as long where it is hot.
 *
 * `npm run test:quick` is for the edit loop: it leaves out what starts threads or processes, trains for long or sweeps.
 */
export default defineConfig(({ mode }) => {
  const left = mode === 'quick' ? notQuick.map((name) => `test/${name}`) : [];
  const shared = { pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const;
  return {
    test: {
      globalSetup: ['test/loading/compile.ts'],
      maxWorkers: 2,
      sequence: { sequencer: HeavyFirst },
      projects: [
        {
          test: {
            ...shared,
            name: 'native',
            // a process a file costs more than most quick files
            isolate: mode !== 'quick',
            include: ['test/**/*.test.ts'],
            exclude: [...configDefaults.exclude, ...replacing, ...left],
            execArgv: ['--import', load],
            experimental: { viteModuleRunner: false, nodeLoader: false },
          },
        },
        {
          resolve: {
            alias: [
              { find: /^forwardflow$/, replacement: source('index') },
              { find: /^forwardflow\/(simulation|report|extend)$/, replacement: source('$1') },
            ],
          },
          test: {
            ...shared,
            name: 'replacing',
            include: replacing,
            exclude: [...configDefaults.exclude, ...left],
            setupFiles: ['test/loading/threads.ts'],
          },
        },
      ],
    },
  };
});
