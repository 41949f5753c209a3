import Table from 'cli-table3';
import type { Simulated } from '../simulation/simulate.ts';

/** stages that a table shows one by one */
const shown = 16;

/** A simulation for people: what it measured, and how each device spent its time. */
export function simulationTable(outcome: Simulated & { readonly energy?: number }): string {
  const { latency, bubble, stages, ci95, staleness, arrivals } = outcome;
  const all = new Table({ style: { head: [], border: [] } });
  const interval = ci95 ? `  [${figure(ci95[0])}, ${figure(ci95[1])}]` : '';
  all.push(
    ['makespan', seconds(outcome.makespan)],
    ['throughput, microbatches/s', `${figure(outcome.throughput)}${interval}`],
    ['latency', `mean ${seconds(latency.mean)}  p50 ${seconds(latency.p50)}  p99 ${seconds(latency.p99)}`],
    ['bubble', `${percent(bubble.ofTotal)} of total time, ${percent(bubble.ofIdeal)} of ideal time`],
    ['fill and drain', `${seconds(outcome.fill)}  ${seconds(outcome.drain)}`],
    ['microbatches inside, mean', figure(outcome.inside)],
  );
  if (outcome.energy !== undefined) all.push(['energy per microbatch', `${figure(outcome.energy)} J`]);
  if (arrivals.lostShare > 0) all.push(['lost for want of room', percent(arrivals.lostShare)]);
  if (outcome.lostToOutages > 0) all.push(['lost to pauses and failures', seconds(outcome.lostToOutages)]);
  const stale = Object.keys(staleness).map(Number);
  if (stale.some((updates) => updates > 0))
    all.push(['staleness, updates', `${Math.min(...stale)} to ${Math.max(...stale)}`]);
  const outages = outcome.lostToOutages > 0;
  const each = new Table({
    head: [
      ...['device', 'busy', 'starved', 'blocked', 'communicating', ...(outages ? ['down'] : [])],
      ...['activations', 'versions', 'queue'],
    ],
    style: { head: [], border: [] },
  });
  for (const [i, stage] of stages.slice(0, shown).entries()) {
    each.push([
      i,
      ...[stage.busy, stage.starved, stage.blocked, stage.communicating].map(percent),
      ...(outages ? [percent(stage.down)] : []),
      figure(stage.peakActivations),
      stage.weightVersions,
      `${figure(stage.queue.mean)} (${stage.queue.max})`,
    ]);
  }
  const more = stages.length > shown ? `\n… and ${stages.length - shown} more` : '';
  return `${all}\n${each}${more}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 5 });
}

/** Three to four digits in the unit that fits. */
function seconds(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const [scale, unit] =
    value >= 1 ? [1, 's'] : value >= 1e-3 ? [1e3, 'ms'] : value >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  return `${figure(value * scale)} ${unit}`;
}
