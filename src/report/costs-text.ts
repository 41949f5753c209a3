import type { CostGroup } from '../simulation/cluster/resolved-costs.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { duration } from './table-cells.ts';

/** groups of stages that are shown one by one */
const shown = 16;

/**
 * The costs that stand above a table, one line for stages that are alike, and what was read in another way than it stands.
 *
 *     costs a microbatch  stages 0–7: F 1 ms, B 1 ms, W 1 ms, U 0 ns
 */
export function costsText(
  groups: readonly CostGroup[],
  { ends, schedule, kept = 1 }: Pick<Scenario, 'ends' | 'schedule' | 'kept'>,
  notes: readonly string[] = [],
): string {
  const local = schedule.serves.includes('locally');
  const kinds = local ? (['F', 'W', 'U'] as const) : (['F', 'B', 'W', 'U'] as const);
  const lines = groups.slice(0, shown).map((group) => {
    const { first, last, allReduce } = group;
    const ops = kinds
      .filter((op) => op !== 'U' || group.U > 0)
      .map((op) => `${op} ${group[op] === 0 ? '0' : duration(group[op])}`);
    if (allReduce > 0) ops.push(`all-reduce ${duration(allReduce)} an update`);
    return `${first === last ? `stage ${first}` : `stages ${first}–${last}`}: ${ops.join(', ')}`;
  });
  if (groups.length > shown) lines.push(`… and ${groups.length - shown} more`);
  for (const [name, end] of [
    ['embedding, first stage', ends?.first],
    ['loss, last stage', ends?.last],
  ] as const) {
    const ops = Object.entries(end ?? {}).map(([op, { mean }]) => `${op} ${duration(mean / 1e9)}`);
    if (ops.length > 0) lines.push(`${name}: ${ops.join(', ')} more`);
  }
  if (typeof kept === 'number' && kept < 1) {
    const before = ends ? '; embedding and loss as they are without' : '';
    lines.push(`${local ? 'W is' : 'B and W are'} of ${+(100 * kept).toFixed(3)} % of the samples${before}`);
  }
  if (schedule.recomputes) lines.push('B makes F again');
  return ['costs a microbatch', ...[...lines, ...notes].map((line) => `  ${line}`)].join('\n');
}
