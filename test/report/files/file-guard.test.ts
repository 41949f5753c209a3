import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { AppendFile } from '../../../src/report/files/append-file.ts';
import { fileError } from '../../../src/report/files/file-error.ts';
import { FileGuard } from '../../../src/report/files/file-guard.ts';
import { writeWhole } from '../../../src/report/files/whole-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-guard-'));
afterAll(() => rmSync(folder, { recursive: true }));

const full = new Error('ENOSPC: no space left on device, write');

test('the first failure of a file is told once, and the file is left alone from then on', async () => {
  const told: string[] = [];
  const guard = new FileGuard((fault) => told.push(fault));
  let writes = 0;
  const fail = (): void => {
    writes++;
    throw full;
  };
  expect(guard.attempt('a', () => 5)).toBe(5);
  expect(guard.attempt('a', fail)).toBeUndefined();
  guard.attempt('a', fail);
  await guard.attemptLater('a', async () => fail());
  await guard.attemptLater('b', async () => fail());
  expect(await guard.attemptLater('c', async () => 7)).toBe(7);
  expect(writes).toBe(2);
  expect(told).toEqual(['a', 'b'].map((name) => `file ${name} must be writable; got ${full.message}`));
  expect(guard.faults).toEqual(told);
});

test('an error that does not name its file gets its name, and keeps its code and cause', () => {
  const error = fileError('/runs/x', Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' }));
  expect(error.message).toBe('file /runs/x must be writable; got EIO: i/o error, write');
  expect(error).toMatchObject({ code: 'EIO', cause: { message: 'EIO: i/o error, write' } });
  expect(fileError('/runs/x', error)).toBe(error);
});

test.skipIf(process.platform !== 'linux')('a full disk is told with the name of the file', () => {
  const path = join(folder, 'full');
  symlinkSync('/dev/full', path);
  const file = new AppendFile(path);
  expect(() => file.append('text')).toThrow(`file ${path} must be writable; got ENOSPC`);
  expect(() => file.overwriteStart('text')).toThrow(`file ${path} must be writable; got ENOSPC`);
  file.close();
});

test('a file below one that is no folder is named', async () => {
  const path = join(folder, 'plain');
  new AppendFile(path).close();
  const below = join(path, 'x');
  await expect(writeWhole(below, ['text'])).rejects.toThrow(below);
  expect(readFileSync(path, 'utf8')).toBe('');
});
