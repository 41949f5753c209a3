import type { Suggestion } from '../simulation/cluster/suggest.ts';
import { duration } from './table-cells.ts';

/**
 * What a limit is made of, for a run whose slowest way leads through many ops and links.
 *
 *     25 of its ops on stage 0, 23 on 7 others, and 14 links; 31.94 ms a microbatch
 */
export function limitText({ cycle, seconds }: NonNullable<Suggestion['bottleneck']>): string {
  const ops = new Map<string, number>();
  const links = new Set<string>();
  const others: string[] = [];
  for (const part of cycle) {
    const [, stage, times = '1'] = part.match(/^stage (\d+) [FBWU](?: ×(\d+))?$/) ?? [];
    const [, edge] = part.match(/^(?:bandwidth|latency) of edge (.*)$/) ?? [];
    if (stage !== undefined) ops.set(stage, (ops.get(stage) ?? 0) + Number(times));
    else if (edge !== undefined) links.add(edge);
    else others.push(part);
  }
  const [first, ...more] = [...ops].sort(([, a], [, b]) => b - a);
  const rest = more.reduce((sum, [, count]) => sum + count, 0);
  const parts = [
    ...(first ? [`${counted(first[1], 'op')} on stage ${first[0]}`] : []),
    ...(more.length > 0 ? [`${rest} on ${counted(more.length, 'other stage')}`] : []),
    ...(links.size === 1 ? [`the link ${[...links][0]}`] : links.size > 1 ? [`${links.size} links`] : []),
    ...others,
  ];
  return `${parts.join(', ')}; ${duration(seconds)} a microbatch`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
