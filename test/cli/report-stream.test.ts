import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forwardflow, runsFolder } from './forwardflow.ts';
import { figuresIn } from './report-page.ts';

const folder = runsFolder();

describe('the report of a stream', () => {
  it('has its latency over time, where the folder has a trace', async () => {
    const line = ['--source', 'sea', '--rate', '2000/s', '--duration', '1s', '--layers', '12,10'];
    const machine = [
      '--microbatch',
      '20',
      '--tile',
      'simd',
      '--runtime',
      'virtual',
      '--macs-per-second',
      '2e6',
    ];
    const stressed = ['stress', ...line, ...machine, '--runs', join(folder, 'runs'), '--json'];
    const { stdout } = await forwardflow(stressed);
    const { runFolder } = JSON.parse(stdout) as { runFolder: string };
    const figures = figuresIn(readFileSync(join(runFolder, 'report.html'), 'utf8'));
    const [id] = Object.keys(figures).filter((name) => name.endsWith('latency'));
    const p50 = figures[id].rows.filter(([name]) => String(name).endsWith('p50'));
    expect(p50.length).toBeGreaterThan(20);
    // the trace has when samples arrived, not when they were meant to
    const { serviceMs } = JSON.parse(stdout) as { serviceMs: { p50: number } };
    const known = p50.map(([, , ms]) => ms as number | null).filter((ms) => ms !== null);
    // the report's median lies among those of the stretches, whose steps are of 9 %
    expect(Math.min(...known)).toBeLessThanOrEqual(1.09 * serviceMs.p50);
    expect(Math.max(...known)).toBeGreaterThanOrEqual(serviceMs.p50 / 1.09);
  }, 60_000);
});
