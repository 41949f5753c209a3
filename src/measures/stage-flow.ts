import type { Measure } from './measure.ts';
import { QueueLength } from './parts/queue-length.ts';
import { TimeHistogram, type Times } from './parts/time-histogram.ts';

export interface StageFlow {
  /** share of the time that the stage worked, 0 to 1: from the first arrival to the last op of any stage */
  readonly utilisation: number;
  /** microbatches that waited on the edge into the stage, to be learned from or predicted, over time */
  readonly queue: { readonly mean: number; readonly p99: number };
  /** time of all ops of a microbatch that is learned from, at this stage */
  readonly serviceMs: Times;
}

/** a microbatch on its way through one stage: when it came to the edge, when its F began, and its ops so far */
interface Passage {
  entered?: number;
  began?: number;
  worked: number;
}

/**
 * What each stage did of an open line  [stages]
 *
 * A microbatch enters the edge into a stage at the end of F of the stage before, or when it is sent in, and leaves it as its F begins.
 */
export function stageFlow(): Measure<readonly StageFlow[]> {
  const stages: {
    busy: number;
    queue: QueueLength;
    service: TimeHistogram;
    passing: Map<number, Passage>;
  }[] = [];
  let [count, first, last] = [1, Number.POSITIVE_INFINITY, 0];
  const at = (stage: number) => {
    stages[stage] ??= {
      ...{ busy: 0, queue: new QueueLength(), service: new TimeHistogram() },
      passing: new Map(),
    };
    return stages[stage];
  };
  const passage = (stage: number, microbatch: number): Passage => {
    const { passing } = at(stage);
    let one = passing.get(microbatch);
    if (one === undefined) {
      one = { worked: 0 };
      passing.set(microbatch, one);
    }
    return one;
  };
  const queued = (stage: number, { entered, began }: Passage): void => {
    if (entered !== undefined && began !== undefined) at(stage).queue.add(entered, began);
  };
  const leave = (stage: number, upTo: number): void => {
    const { passing, service } = at(stage);
    for (const [microbatch, one] of passing) {
      if (microbatch > upTo) break;
      if (one.began === undefined) continue;
      if (one.worked > 0) service.record(one.worked);
      passing.delete(microbatch);
    }
  };
  const enter = (stage: number, microbatch: number, time: number): void => {
    const one = passage(stage, microbatch);
    one.entered = time;
    queued(stage, one);
  };
  return {
    add(event) {
      if (event.kind === 'start') count = event.stages;
      else if (event.kind === 'arrival') {
        first = Math.min(first, event.start);
        enter(0, event.microbatch, event.start);
      } else if (event.kind === 'op') {
        const { stage, op, microbatch, purpose, start, end } = event;
        at(stage).busy += end - start;
        last = Math.max(last, end);
        if (event.again) return;
        const one = passage(stage, microbatch);
        if (purpose === 'learn') one.worked += end - start;
        if (op === 'F') {
          one.began = start;
          queued(stage, one);
          if (stage + 1 < count) enter(stage + 1, microbatch, end);
          if (purpose !== 'learn') at(stage).passing.delete(microbatch);
        } else if (op === 'U') leave(stage, microbatch);
      }
    },
    value: () =>
      Array.from({ length: count }, (_, stage) => {
        const { busy, queue, service } = at(stage);
        const window = last - first;
        return {
          utilisation: window > 0 ? Math.min(1, busy / window) : 0,
          queue: queue.value(),
          serviceMs: service.value(),
        };
      }),
  };
}
