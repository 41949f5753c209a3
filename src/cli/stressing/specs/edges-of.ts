import type { EdgeOverflow } from '../../../extend.ts';
import type { StressSettings } from '../stress-settings.ts';
import { overflowOf } from './overflow-of.ts';

/**
 * What `--full-edge` says of the edges between stages: `drop-oldest` of all of them, `1:drop-newest` of the one into stage 1.
 *
 * @throws {Error} one sentence
 */
export function edgesOf({ fullEdge, roomEdge: room }: StressSettings): readonly EdgeOverflow[] {
  return (fullEdge?.split(';') ?? []).map((spec) => {
    const [, into, policy] = /^(?:(\d+):)?(.*)$/s.exec(spec) as RegExpExecArray;
    const overflow = overflowOf(policy, 'fullEdge');
    return { overflow, room, ...(into !== undefined && { into: Number(into) }) };
  });
}

/** Whether what is learned depends on timing, for some edge between stages loses what finds no room. */
export function losesInside(settings: StressSettings): boolean {
  return edgesOf(settings).some(({ overflow }) => !overflow.lossless);
}
