import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { HeavyFirst } from './test/loading/heavy-first.ts';

const source = (name: string) => fileURLToPath(new URL(`src/${name}.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^forwardflow$/, replacement: source('index') },
      { find: /^forwardflow\/(simulation|report|extend)$/, replacement: source('$1') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/loading/compile.ts'],
    setupFiles: ['test/loading/threads.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: HeavyFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
