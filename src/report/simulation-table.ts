import { bytesText } from '../simulation/cluster/memory.ts';
import type { Simulated } from '../simulation/simulate.ts';
import { duration, figure, percent } from './table-cells.ts';
import { type Cell, textTable } from './text-table.ts';

/** devices that a table shows one by one */
const shown = 16;

/** A simulation for people: what it measured, and how each device spent its time. */
export function simulationTable(outcome: Simulated & { readonly energy?: number }): string {
  const { latency, bubble, stages, ci95, staleness, arrivals, window, overloaded } = outcome;
  const interval = ci95 ? `  [${figure(ci95[0])}, ${figure(ci95[1])}]` : '';
  const all: Cell[][] = [
    [
      'makespan',
      `${duration(outcome.makespan)}${outcome.makespanOf ? `, of the ${outcome.makespanOf}` : ''}`,
    ],
    ['throughput, microbatches/s', `${figure(outcome.throughput)}${interval}`],
    ['completed / makespan', `${figure(outcome.completed)} microbatches/s`],
    [
      'window of throughput and latency',
      `${duration(window.from)} to ${duration(window.to)}, ${figure(window.microbatches)} microbatches`,
    ],
    overloaded
      ? ['overloaded', `the backlog grows by ${figure(overloaded.backlogPerSecond)} microbatches/s`]
      : [
          'latency',
          `mean ${duration(latency.mean)}  p50 ${duration(latency.p50)}  p99 ${duration(latency.p99)}`,
        ],
    ['bubble', `${percent(bubble.ofTotal)} of total time, ${percent(bubble.ofIdeal)} of ideal time`],
    ['fill and drain', `${duration(outcome.fill)}  ${duration(outcome.drain)}`],
  ];
  if (!overloaded) all.push(['microbatches inside, mean', figure(outcome.inside)]);
  if (outcome.energy !== undefined) all.push(['energy per microbatch', `${figure(outcome.energy)} J`]);
  if (arrivals.lostShare > 0) all.push(['lost for want of room', percent(arrivals.lostShare)]);
  if (outcome.lostToOutages > 0) all.push(['lost to pauses and failures', duration(outcome.lostToOutages)]);
  const stale = Object.keys(staleness).map(Number);
  if (stale.some((updates) => updates > 0))
    all.push(['staleness, updates', `${Math.min(...stale)} to ${Math.max(...stale)}`]);
  if (outcome.inconsistency) {
    const between = Object.keys(outcome.inconsistency).map(Number);
    all.push(['updates between F and B', `${Math.min(...between)} to ${Math.max(...between)}`]);
  }
  const counted = stages.some(({ peakBytes }) => peakBytes !== null);
  const outages = outcome.lostToOutages > 0;
  const head = [
    ...['device', 'busy', 'starved', 'blocked', 'communi\u00adcating', ...(outages ? ['down'] : [])],
    ...['activa\u00adtions', 'ver\u00adsions', 'queue', ...(counted ? ['peak bytes'] : [])],
  ];
  const each = stages
    .slice(0, shown)
    .map((stage, i): Cell[] => [
      i,
      ...[stage.busy, stage.starved, stage.blocked, stage.communicating].map(percent),
      ...(outages ? [percent(stage.down)] : []),
      figure(stage.peakActivations),
      stage.weightVersions,
      `${figure(stage.queue.mean)} (${stage.queue.max})`,
      ...(counted ? [bytesText(stage.peakBytes ?? 0)] : []),
    ]);
  const more = stages.length > shown ? `\n… and ${stages.length - shown} more` : '';
  return `${textTable(all)}\n\n${textTable(each, head)}${more}`;
}
