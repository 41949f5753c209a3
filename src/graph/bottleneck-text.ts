import type { Bottleneck, Limit } from './bottleneck.ts';

/** parts of a cycle that a line names; of more it gives the number */
const named = 3;

/** `stage 2's F+W, 4.1 ms a microbatch; next: capacity 2 of edge 1→2, 3.9 ms` */
export function bottleneckText({ bottleneck, next }: Bottleneck): string {
  const more = next ? `; next: ${nameOf(next)}, ${timeText(next.seconds)}` : '';
  return `${nameOf(bottleneck)}, ${timeText(bottleneck.seconds)} a microbatch${more}`;
}

/** A cycle in few words: the rooms and delays that it goes through, else its ops and latencies. */
function nameOf({ cycle }: Limit): string {
  const rooms = cycle.filter((part) =>
    /^(capacity|delay|bandwidth|arrivals|microbatches in flight)/.test(part),
  );
  const parts =
    rooms.length > 0 ? rooms : [...opsByStage(cycle), ...cycle.filter((part) => part.startsWith('latency'))];
  const rest = parts.length - named;
  return rest > 0 ? `${parts.slice(0, named).join(', ')} and ${rest} more` : parts.join(' and ');
}

/** `stage 2's F+W`, `stage 0's F+B+W ×8` */
function opsByStage(cycle: readonly string[]): string[] {
  const stages = new Map<string, { ops: string[]; times: Set<string> }>();
  for (const part of cycle) {
    const [, stage, op, times = ''] = part.match(/^stage (\d+) ([FBWU])( ×\d+)?$/) ?? [];
    if (stage === undefined) continue;
    const known = stages.get(stage) ?? { ops: [], times: new Set() };
    stages.set(stage, known);
    known.ops.push(`${op}${times}`);
    known.times.add(times);
  }
  return [...stages].map(([stage, { ops, times }]) => {
    const [same = ''] = times;
    const list = times.size > 1 ? ops.join('+') : `${ops.map((op) => op.slice(0, 1)).join('+')}${same}`;
    return `stage ${stage}'s ${list}`;
  });
}

/** Two to four digits in the unit that fits. */
function timeText(seconds: number): string {
  const [scale, unit] =
    seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : seconds >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  return `${(seconds * scale).toLocaleString('en-US', { maximumSignificantDigits: 4 })} ${unit}`;
}
