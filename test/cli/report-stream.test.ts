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
    const root = join(folder, 'runs');
    const stressed = ['stress', ...line, ...machine, '--runs', root, '--name', 'sea', '--json'];
    const { stdout } = await forwardflow(stressed);
    const { runFolder } = JSON.parse(stdout) as { runFolder: string };
    const figures = figuresIn(readFileSync(join(runFolder, 'report.html'), 'utf8'));
    const [id] = Object.keys(figures).filter((name) => name.endsWith('latency'));
    const p50 = figures[id].rows.filter(([name]) => String(name).endsWith('p50'));
    expect(p50.length).toBeGreaterThan(20);
    // as the summary has it, from when samples were to come: what waits in front of the pipeline counts
    const { latencyMs, serviceMs } = JSON.parse(stdout) as Record<string, { p50: number; mean: number }>;
    const known = p50.map(([, , ms]) => ms as number);
    expect(latencyMs.mean).toBeGreaterThan(1.5 * serviceMs.mean);
    const mean = known.reduce((sum, ms) => sum + ms, 0) / known.length;
    expect(Math.abs(mean / latencyMs.mean - 1)).toBeLessThan(0.03);
    expect(figures.front?.columns).toEqual(['series', 'seconds', 'samples']);

    // it is found by its name, and called by it
    const out = join(folder, 'again.html');
    expect((await forwardflow(['report', 'sea', '--runs', root, '--out', out])).stderr).toBe('');
    expect(readFileSync(out, 'utf8')).toContain('<h1>sea</h1>');
    const exported = ['export', 'sea', '--runs', root, '--as', 'chrome', '--out', join(folder, 'chrome')];
    expect((await forwardflow(exported)).stdout).toContain('trace.json');
    const other = await forwardflow(['report', 'see', '--runs', root]);
    expect(other.stderr).toContain("got 'see'");
  }, 60_000);
});
