import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { RowsFile } from '../../../src/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'rows-file-'));
const path = join(folder, 'rows.jsonl');
const begins = '{"n":';
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

const text = () => readFileSync(path, 'utf8');
const row = (n: number, name = 'µ') => ({ n, name });
const lines = (...rows: object[]) => rows.map((one) => `${JSON.stringify(one)}\n`).join('');

/** Opens the file, appends a row, closes it. @returns what was kept */
function goOn(n: number): readonly object[] {
  const kept: object[] = [];
  const file = new RowsFile<{ n: number; name: string }>(path, begins, (one) => kept.push(one));
  file.append(row(n));
  file.close();
  return kept;
}

test('a file that is not there is made, and gone on with', () => {
  expect(goOn(0)).toEqual([]);
  expect(goOn(1)).toEqual([row(0)]);
  expect(goOn(2)).toEqual([row(0), row(1)]);
  expect(text()).toBe(lines(row(0), row(1), row(2)));
});

test('wherever the last line was torn, it is cut off and the rows before it are kept', () => {
  const whole = Buffer.from(lines(row(1)));
  // one byte short is the row without the end of its line
  for (let length = 1; length < whole.length - 1; length++) {
    writeFileSync(path, Buffer.concat([Buffer.from(lines(row(0))), whole.subarray(0, length)]));
    expect(goOn(2)).toEqual([row(0)]);
    expect(text()).toBe(lines(row(0), row(2)));
  }
});

test('a torn line that is the only one is cut off too', () => {
  writeFileSync(path, '{"n":1,"na');
  expect(goOn(2)).toEqual([]);
  expect(text()).toBe(lines(row(2)));
});

test('a last row that lacks only the end of its line is kept', () => {
  writeFileSync(path, lines(row(0), row(1)).trimEnd());
  expect(goOn(2)).toEqual([row(0), row(1)]);
  expect(text()).toBe(lines(row(0), row(1), row(2)));
});

test('a file of many pieces is read row by row', () => {
  const long = 'µ'.repeat(1000);
  const rows = Array.from({ length: 2500 }, (_, n) => row(n, long));
  writeFileSync(path, lines(...rows));
  expect(goOn(2500)).toEqual(rows);
  expect(text()).toBe(lines(...rows, row(2500)));
});

test.each([
  ['notes of someone', 1],
  ['notes of someone\n', 1],
  [`${lines(row(0))}\n${lines(row(1))}`, 2],
  [`${lines(row(0))}{"n":1,"na\n${lines(row(1))}`, 2],
  [`${lines(row(0))}{"m":1}\n`, 2],
])('a file that holds other things is left as it is: %j', (content, line) => {
  writeFileSync(path, content);
  expect(() => goOn(2)).toThrow(`line ${line} of ${path} must be a row, {"n":…; got '`);
  expect(text()).toBe(content);
});
