import { beforeEach, expect, it, vi } from 'vitest';

/** as it is where nobody has said what loads TypeScript; the suite has */
beforeEach(() => vi.resetModules());
const fresh = () => import('../../src/core/thread.ts');

it('a thread runs compiled JavaScript with no arguments', async () => {
  const { threadArguments } = await fresh();
  expect(threadArguments('file:///somewhere/run.js')).toEqual([]);
});

it('a thread runs TypeScript with tsx registered on that thread', async () => {
  const { threadArguments } = await fresh();
  const [flag, loader] = threadArguments('file:///somewhere/run.ts');
  expect(flag).toBe('--import');
  expect(decodeURIComponent(loader)).toMatch(
    /^data:text\/javascript,import \{ register \} from ".*tsx.*"; register\(\);$/,
  );
});

it('a thread loads TypeScript as this one was told to, compiled JavaScript too: its plans may name TypeScript', async () => {
  const { threadArguments, threadsLoadWith } = await fresh();
  threadsLoadWith('file:///somewhere/loader.mjs');
  for (const module of ['file:///somewhere/run.ts', 'file:///somewhere/run.js']) {
    const [flag, loader] = threadArguments(module);
    expect([flag, decodeURIComponent(loader)]).toEqual([
      '--import',
      'data:text/javascript,import { register } from "file:///somewhere/loader.mjs"; register();',
    ]);
  }
});

it('a TypeScript file can be loaded where this one was, and nothing is asked of other files', async () => {
  const { readyFor } = await fresh();
  for (const module of [
    'file:///somewhere/mine.ts',
    'file:///somewhere/mine.js',
    'forwardflow:tiles/digital',
    'tsx',
  ])
    await expect(readyFor(module)).resolves.toBeUndefined();
});
