import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forwardflow, runsFolder } from './forwardflow.ts';
import { figuresIn, textIn } from './report-page.ts';

const folder = runsFolder();

describe('the report of a sweep', () => {
  it('has a line a schedule, and draws the theory of the very points that it draws', async () => {
    const rows = join(folder, 'rows.jsonl');
    const vary = ['schedule=stream,1f1b', 'stages=2,4,8', 'microbatches=8,16,32'].flatMap((one) => [
      '--vary',
      one,
    ]);
    const swept = await forwardflow(['sweep', ...vary, '--out', rows, '--workers', '1']);
    expect(swept.code).toBe(0);
    const page = readFileSync(join(folder, 'rows.report.html'), 'utf8');
    const lines = figuresIn(page)['bubble-lines'].rows as (readonly [string, number, number])[];
    expect([...new Set(lines.map(([name]) => name))]).toEqual([
      'schedule stream',
      'schedule 1f1b',
      'theory, schedule 1f1b',
    ]);
    const of = (series: string) => lines.filter(([name]) => name === series).map(([, x, y]) => [x, y]);
    // equal stages, no links: the closed form is exact, and least where microbatches are most
    expect(of('theory, schedule 1f1b')).toEqual([2, 4, 8].map((p) => [p, (100 * (p - 1)) / (32 + p - 1)]));
    for (const [i, [x, y]] of of('schedule 1f1b').entries()) {
      expect(x).toBe(of('theory, schedule 1f1b')[i][0]);
      expect(y).toBeCloseTo(of('theory, schedule 1f1b')[i][1], 9);
    }
    expect(textIn(page)).toContain('Each the best over microbatches.');
  }, 60_000);
});
