import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heavy } from './heavy.ts';

test('each file that is to begin first is there, and is named once', () => {
  const test = new URL('../', import.meta.url);
  expect(heavy.filter((name) => !existsSync(new URL(name, test)))).toEqual([]);
  expect(new Set(heavy).size).toBe(heavy.length);
});
