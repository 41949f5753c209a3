import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { StressReport } from '../../../src/report.ts';
import { forwardflow } from '../forwardflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwardflow-edges-'));
afterAll(() => rmSync(folder, { recursive: true }));
const runs = ['--runs', join(folder, 'runs'), '--no-trace'];
const stream = ['stress', '--source', 'sea', '--microbatch', '20', '--tile', 'simd', ...runs];
/** Three stages, of which each needs more time than the one before; the last learns from about 450 samples a second. */
const slow = [...stream, '--runtime', 'virtual', '--macs-per-second', '4e6', '--layers', '12,30,60'];
const rushed = [...slow, '--rate', '1000/s', '--count', '3000', '--room-edge', '4'];

async function stressed(args: readonly string[]): Promise<StressReport & { readonly runFolder: string }> {
  const { stdout, code, stderr } = await forwardflow([...args, '--json']);
  expect([code, stderr.replace(/^.*learned.*$/gm, '').trim()]).toEqual([0, '']);
  return JSON.parse(stdout);
}

async function refused(args: readonly string[]): Promise<string> {
  const { stderr, code } = await forwardflow(args);
  expect(code).not.toBe(0);
  return stderr;
}

it('counts what each edge loses, with its reason, and every sample is predicted', async () => {
  const edges = ['--full-edge', '1:drop-newest', '--full-edge', 'drop-oldest'];
  for (const timing of [[], ['--timing']]) {
    const report = await stressed([...rushed, ...edges, ...timing]);
    const { offered, learned, dropped, inFlight, tallies } = report;
    const at = (name: string) => dropped.byReason[name] ?? 0;
    expect([offered, inFlight, tallies.violations]).toEqual([3000, 0, []]);
    expect(at('drop-oldest at edge 2')).toBeGreaterThan(500);
    expect(at('drop-newest at edge 1') + at('drop-oldest at edge 2')).toBe(dropped.total);
    expect(learned + dropped.total).toBe(3000);
    expect(report.edges).toEqual([
      { into: 1, overflow: 'drop-newest', dropped: at('drop-newest at edge 1') },
      { into: 2, overflow: 'drop-oldest', dropped: at('drop-oldest at edge 2') },
    ]);
    expect(report.prequential?.samples).toBe(timing.length > 0 ? undefined : 3000);
  }
});

it('says in its report that timing decides what is learned, and only then', async () => {
  const said = 'edges that lose: 1 (deadline), 2 (deadline); timing decides what is learned';
  const lossy = await forwardflow([...rushed, '--full-edge', 'deadline:40ms']);
  expect(lossy.stdout.replaceAll('\n', ' ')).toContain(said);
  const { edges, dropped } = await stressed([...rushed, '--full-edge', 'block']);
  expect([edges, dropped.total]).toEqual([undefined, 0]);
});

it('a plan of slow stages needs no supervision there', async () => {
  const plan = join(folder, 'slow.json');
  writeFileSync(plan, JSON.stringify([{ fault: 'slow', stage: 2, at: '1s', times: 3, lasts: '1s' }]));
  const calm = ['--rate', '300/s', '--count', '1200', '--room-edge', '2', '--full-edge', '2:drop-oldest'];
  const before = await stressed([...slow, ...calm]);
  expect(before.dropped.total).toBe(0);
  const { dropped, learned, restarts } = await stressed([...slow, ...calm, '--faults', plan]);
  expect(dropped.byReason['drop-oldest at edge 2']).toBeGreaterThan(0);
  expect([learned + dropped.total, restarts]).toEqual([1200, 0]);
});

it('refuses in one sentence what could not be kept', async () => {
  const lossy = [...rushed, '--full-edge', 'drop-oldest'];
  expect(await refused([...rushed, '--full-edge', '1:drop-oldst'])).toContain(
    "fullEdge must be block, drop-newest, drop-oldest, sample or deadline:<time>; got 'drop-oldst' (did you mean 'drop-oldest'?)",
  );
  expect(await refused([...rushed, '--full-edge', '3:sample'])).toContain(
    'below 3, as there are stages from 0',
  );
  expect(await refused([...lossy, '--supervise'])).toContain('supervision must be left out');
  expect(await refused([...lossy, '--rule', 'backprop'])).toContain('over layers that learn locally');
  expect(
    await refused([...lossy.filter((_, i) => !['--rate', '1000/s'].includes(lossy[i])), '--find-capacity']),
  ).toContain('fullEdge must be left out with findCapacity');
  expect(await refused([...rushed, '--gate', 'acuracy>0.9'])).toContain(
    "got 'acuracy' (did you mean 'accuracy'?)",
  );
  const { runFolder } = await stressed([...lossy, '--count', '100']);
  expect(JSON.parse(readFileSync(join(runFolder, 'config.json'), 'utf8')).fullEdge).toBe('drop-oldest');
  expect(await refused(['stress', '--resume', runFolder, ...runs])).toContain(
    'run to resume must have checkpoints',
  );
});
