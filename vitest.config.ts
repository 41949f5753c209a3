import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { notQuick } from './test/loading/heavy.ts';
import { HeavyFirst } from './test/loading/heavy-first.ts';

const source = (name: string) => fileURLToPath(new URL(`src/${name}.ts`, import.meta.url));

/** `npm run test:quick` is for the edit loop: it leaves out what starts threads or processes, trains for long or sweeps. */
export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: /^forwardflow$/, replacement: source('index') },
      { find: /^forwardflow\/(simulation|report|extend)$/, replacement: source('$1') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(mode === 'quick' ? notQuick.map((name) => `test/${name}`) : [])],
    ...(mode !== 'quick' && { globalSetup: ['test/loading/compile.ts'] }),
    setupFiles: ['test/loading/threads.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: HeavyFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
