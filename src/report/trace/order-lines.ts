import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Puts the events of a finished trace in the order of their times, run after run. While a run goes on, an arrow is written when its last
 * point is known, behind slices that began later; some viewers and checkers expect times that only go up.
 *
 * The file is written anew beside the old one and takes its place. Where that fails, as on a full disk, the trace stays as
 * it was, which is complete.
 *
 * @param path  of a trace with an event a line, each but the last ended by a comma
 */
export function orderLines(path: string): void {
  const beside = `${path}.ordered`;
  try {
    const [start, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
    const end = lines.pop() ?? '';
    const events = lines.map((line) => ({
      line: line.replace(/,$/, ''),
      run: runOf(line),
      time: timeOf(line),
    }));
    events.sort((a, b) => a.run - b.run || a.time - b.time);
    writeFileSync(beside, `${start}\n${events.map(({ line }) => line).join(',\n')}\n${end}\n`);
    renameSync(beside, path);
  } catch {
    rmSync(beside, { force: true });
  }
}

const runOf = (line: string): number => Number(/"pid":(\d+)/.exec(line)?.[1] ?? 0);

/** in microseconds; of names, which have none, before all */
function timeOf(line: string): number {
  return Number(/"ts":(-?[\d.e+-]+)/.exec(line)?.[1] ?? -1);
}
