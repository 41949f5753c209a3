import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forwardflow, runsFolder } from './forwardflow.ts';
import { textIn } from './report-page.ts';

const folder = runsFolder();
const points = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { settings, throughput, makespan } = JSON.parse(line);
      return { settings, throughput, makespan };
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('the command in the report of a sweep', () => {
  it('sweeps the same points again: fixed settings too, but no defaults', async () => {
    const rows = join(folder, 'rows.jsonl');
    const links = ['--no-overlap', '--bandwidth', '1GB/s', '--activation', '1MB'];
    const fixed = ['--stages', '3', '--cost', 'F=1ms,B=2ms,W=1ms', '--jitter', 'lognormal:0.1', ...links];
    const vary = ['--vary', 'schedule=1f1b,gpipe', '--vary', 'microbatches=4,8', '--replications', '2'];
    const swept = await forwardflow(['sweep', ...fixed, ...vary, '--out', rows, '--workers', '1']);
    expect(swept.code).toBe(0);
    const page = readFileSync(join(folder, 'rows.report.html'), 'utf8');
    const [command] = textIn(page).match(/forwardflow sweep .*/) ?? [];
    expect(command).not.toContain('--seed');
    // as a shell takes it apart
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    expect(words.slice(0, 2)).toEqual(['forwardflow', 'sweep']);
    const again = join(folder, 'again.jsonl');
    const args = words.slice(1).map((word) => (word === rows ? again : word));
    expect((await forwardflow([...args, '--workers', '1'])).code).toBe(0);
    expect(points(again)).toEqual(points(rows));
  }, 60_000);
});
