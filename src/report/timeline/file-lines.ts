import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { must } from '../../core/check.ts';

/** bytes that are read at a time, and of a line at most */
const piece = 1 << 20;

/**
 * Reads a text file line by line, in memory that does not grow with the file.
 *
 * @param each  a line without its end, its number from 1, and whether the file ends behind it
 * @throws {RangeError} when a line is longer than 1 MiB
 * @throws {Error} as the file system says
 */
export function fileLines(path: string, each: (line: string, number: number, last: boolean) => void): void {
  const file = openSync(path, 'r');
  const room = Buffer.allocUnsafe(2 * piece);
  let held = 0;
  let number = 0;
  let waiting: string | undefined;
  const take = (line: string): void => {
    if (waiting !== undefined) each(waiting, number, false);
    waiting = line;
    number++;
  };
  try {
    for (;;) {
      const read = readSync(file, room, held, piece, null);
      const all = held + read;
      let from = 0;
      for (let end = room.indexOf(10); end >= 0 && end < all; end = room.indexOf(10, from)) {
        take(room.toString('utf8', from, end));
        from = end + 1;
      }
      if (read === 0) {
        if (from < all) take(room.toString('utf8', from, all));
        break;
      }
      held = all - from;
      must(held <= piece, `line ${number + 1} of ${basename(path)}`, 'of 1 MiB at most', `${held} bytes`);
      room.copy(room, 0, from, all);
    }
    if (waiting !== undefined) each(waiting, number, true);
  } finally {
    closeSync(file);
  }
}
