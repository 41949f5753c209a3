import { expect, it } from 'vitest';
import { simulationSettings } from '../../src/cli/settings/simulation-settings.ts';
import type { SweepRow } from '../../src/cli/sweeping/sweep.worker.ts';
import { simulateAll } from '../../src/cli/sweeping/sweep-pool.ts';

it('a point that takes more memory than a thread may have fails alone, and its row says so', async () => {
  // a stage for each of 130,000 chapters
  const large = simulationSettings.parse({ schedule: 'pff-all-layers', stages: 2, microbatches: 130_000 });
  const small = simulationSettings.parse({ schedule: 'stream', stages: 2 });
  const rows: SweepRow[] = [];
  const { signal } = new AbortController();
  await simulateAll([small, large, small], { workers: 1, memory: 96, signal, take: (row) => rows.push(row) });
  expect(rows.map((row) => ('error' in row ? row.error : 'done')).sort()).toEqual([
    'done',
    'done',
    'point of a sweep must fit in 96 MiB of memory; got one that takes more',
  ]);
}, 60_000);
