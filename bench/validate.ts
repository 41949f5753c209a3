import { writeFileSync } from 'node:fs';
import { closedForms, knees, published } from './validation/closed-forms.ts';
import { clusters } from './validation/clusters.ts';
import { maxPlus } from './validation/max-plus.ts';
import { publishedRuns } from './validation/published-runs.ts';
import { fillAndDrain, jittered, openLines, saturatedLines } from './validation/queues.ts';
import type { Row } from './validation/row.ts';

/** `npm run validate`: what can be known exactly beside what the simulator says; writes docs/validation.md. */
const parts: readonly [title: string, text: string, rows: () => Promise<Row[]>][] = [
  [
    'Makespans in closed form',
    'Each on a grid of p ∈ {2, 3, 4, 8, 16}, m ∈ {2, 3, 4, 5, 8}·p, three mixes of costs and c ∈ {0, 0.5, 1} ms, where the forms hold (latency small enough to be hidden, and for ZB-H1 and ZB-H2 W no longer than F). c is one-way latency, beside computing. With ZB-H1, ZB-H2 and ZB-V the makespan is that of the device that needs longest from its first op to its last, since they check an update afterwards.',
    closedForms,
  ],
  [
    'Beyond the knee',
    'p = 8, f = b = w = 1: the period once latency can’t be hidden, from m = 400 to m = 800.',
    knees,
  ],
  [
    'Bubble rates as published',
    'Of total time, (T − m(f+b+w)) / T, to 4 decimals. The interleaved rows (`--wraps first`) let only the first of each p microbatches wait for the link round from the last device, as the recurrence behind the table does: some gradients of the drain are then used before they are there. The default, `--wraps all`, waits for every one, which costs p·c more.',
    published,
  ],
  ['Clusters', 'Each on a grid of 100 points; an end of sending is rounded to a whole nanosecond.', clusters],
  [
    'Published runs',
    'Measured by others (the column *exact*), and predicted from the cost that they state: their own run without a pipeline. Links, stages that are not even and forwards made again are left out, so a prediction is a bound: a row holds where the run is no faster.',
    publishedRuns,
  ],
  ['The max-plus recursion', 'The same draws, no queue of events: equal to the nanosecond.', maxPlus],
  ['Open lines', 'In service times; 10 replications, Student intervals.', () => openLines(200_000)],
  [
    'Saturated lines',
    'Exponential services, blocking after service; b slots are a capacity of b + 1.',
    () => saturatedLines(100_000),
  ],
  ['Fill and drain with jitter', 'Exponential services, unbounded links.', () => fillAndDrain(20_000)],
  [
    'Jittered schedules',
    'Lognormal per op, at cv = 1 exponential; the other side are 2,000 replications of an independent recursion.',
    () => jittered(2000),
  ],
];

const out: string[] = [
  '# Simulated against exact',
  '',
  'Written by `npm run validate`. A row holds when the two are equal to the digits shown, or when the exact value lies in the',
  '95 % interval, made wider by 1.8 because so many rows are looked at.',
];
let failed = 0;
let count = 0;
for (const [title, text, rows] of parts) {
  out.push('', `## ${title}`, '', text, '', '| | exact | simulated | error | |', '|---|---|---|---|---|');
  for (const { what, exact, simulated, error, holds } of await rows()) {
    out.push(`| ${what} | ${exact} | ${simulated} | ${error} | ${holds ? 'holds' : '**fails**'} |`);
    count++;
    if (!holds) {
      failed++;
      process.stdout.write(`fails: ${what}: ${exact} against ${simulated}\n`);
    }
  }
  process.stdout.write(`${title}: done\n`);
}
out.push('', `${count} rows, ${failed} of them fail.`, '');
writeFileSync(new URL('../docs/validation.md', import.meta.url), out.join('\n'));
process.stdout.write(`${count} rows, ${failed} of them fail; docs/validation.md is written\n`);
if (failed > 0) process.exitCode = 1;
