import { expect, it } from 'vitest';
import { threadArguments } from '../../src/core/thread.ts';

it('a thread runs compiled JavaScript with no arguments', () => {
  expect(threadArguments('file:///somewhere/run.js')).toEqual([]);
});

it('a thread runs TypeScript with tsx registered on that thread', () => {
  const [flag, loader] = threadArguments('file:///somewhere/run.ts');
  expect(flag).toBe('--import');
  expect(decodeURIComponent(loader)).toMatch(
    /^data:text\/javascript,import \{ register \} from ".*tsx.*"; register\(\);$/,
  );
});
