import { expect, test } from 'vitest';
import { sideBySide } from '../../src/cli/running/side-by-side.ts';

/** Tasks that end when they are told to, and what has begun and how many at a time. */
function workbench() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  let most = 0;
  const begin = (task: string): Promise<void> => {
    begun.push(task);
    return new Promise((resolve, reject) => {
      ends.set(task, (error) => {
        ends.delete(task);
        if (error) reject(error);
        else resolve();
      });
      most = Math.max(most, ends.size);
    });
  };
  const end = async (task: string, error?: Error): Promise<void> => {
    ends.get(task)?.(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, begin, end, most: () => most };
}

test('so many tasks are under way at a time, begun in their order', async () => {
  const { begun, begin, end, most } = workbench();
  const done = sideBySide(['a', 'b', 'c', 'd'], 2, begin);
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const task of ['c', 'a', 'd']) await end(task);
  await done;
  expect([begun, most()]).toEqual([['a', 'b', 'c', 'd'], 2]);
});

test('after a failure no other is begun, those under way end first, and the first failure is told', async () => {
  const { begun, begin, end } = workbench();
  let told: unknown;
  const done = sideBySide(['a', 'b', 'c'], 2, begin).catch((error: unknown) => {
    told = error;
  });
  const failure = new Error('a failed');
  await end('a', failure);
  expect([begun, told]).toEqual([['a', 'b'], undefined]);
  await end('b');
  await done;
  expect([begun, told]).toEqual([['a', 'b'], failure]);
});

test('once it is to stop no other is begun', async () => {
  const { begun, begin, end } = workbench();
  let stopped = false;
  const done = sideBySide(['a', 'b'], 1, begin, () => stopped);
  stopped = true;
  await end('a');
  await done;
  expect(begun).toEqual(['a']);
});
