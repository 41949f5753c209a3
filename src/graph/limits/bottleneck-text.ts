import type { Bottleneck, Limit } from './bottleneck.ts';

/** `stage 2's F+W, 4.1 ms a microbatch; next: capacity 2 of edge 1→2, 3.9 ms` */
export function bottleneckText({ bottleneck, next }: Bottleneck): string {
  const more = next ? `; next: ${nameOf(next)}, ${timeText(next.seconds)}` : '';
  return `${nameOf(bottleneck)}, ${timeText(bottleneck.seconds)} a microbatch${more}`;
}

/** A cycle in few words: the rooms and delays that it goes through, else its ops and latencies; the most frequent first. */
function nameOf({ cycle }: Limit): string {
  const rooms = cycle.filter((part) =>
    /^(capacity|delay|bandwidth|arrivals|microbatches in flight)/.test(part),
  );
  const parts =
    rooms.length > 0 ? rooms : [...opsByStage(cycle), ...cycle.filter((part) => part.startsWith('latency'))];
  return parts.length > 2 ? `${parts[0]} and ${parts.length - 1} more` : parts.join(' and ');
}

/** `stage 2's F+W`, `stage 0's F+B+W ×8`; stages with more ops on the cycle first */
function opsByStage(cycle: readonly string[]): string[] {
  const stages = new Map<string, { ops: string[]; times: number[] }>();
  for (const part of cycle) {
    const [, stage, op, times = '1'] = part.match(/^stage (\d+) ([FBWU])(?: ×(\d+))?$/) ?? [];
    if (stage === undefined) continue;
    const known = stages.get(stage) ?? { ops: [], times: [] };
    stages.set(stage, known);
    known.ops.push(op);
    known.times.push(Number(times));
  }
  const count = ({ times }: { times: number[] }): number => times.reduce((sum, one) => sum + one, 0);
  const named = (times: number): string => (times > 1 ? ` ×${times}` : '');
  return [...stages]
    .sort(([, a], [, b]) => count(b) - count(a))
    .map(([stage, { ops, times }]) => {
      const same = times.every((one) => one === times[0]);
      const list = same
        ? `${ops.join('+')}${named(times[0])}`
        : ops.map((op, i) => `${op}${named(times[i])}`).join('+');
      return `stage ${stage}'s ${list}`;
    });
}

/** A time in seconds as people read it: at most four digits in the unit that fits. */
export function timeText(seconds: number): string {
  const [scale, unit] =
    seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : seconds >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  return `${(seconds * scale).toLocaleString('en-US', { maximumSignificantDigits: 4 })} ${unit}`;
}
