import type { LossReason, TallyEvent } from '../core/trace.ts';
import type { Measure } from './measure.ts';
import { Learning } from './parts/learned.ts';
import { Series } from './parts/series.ts';

/** Where the samples of an open line are at one moment. */
export interface FlowPoint {
  /** seconds since the start */
  readonly seconds: number;
  readonly offered: number;
  readonly learned: number;
  readonly dropped: number;
  /** those that wait in front of the pipeline, and those in it */
  readonly inFlight: number;
}

export interface LineFlow extends Omit<FlowPoint, 'seconds'> {
  /** samples that every stage has learned from, of those offered */
  readonly droppedBy: Readonly<Partial<Record<LossReason | 'unknown', number>>>;
  /** of those in flight: samples that wait in front of the pipeline */
  readonly waiting: number;
  /** from the start to the last tally */
  readonly seconds: number;
  readonly offeredPerSecond: number;
  readonly learnedPerSecond: number;
  /** where the books did not balance: at most 100 of them, and how many in all */
  readonly violations: readonly string[];
  readonly violationCount: number;
  /** the course, at most 600 tallies */
  readonly course: readonly FlowPoint[];
}

/**
 * The flow of an open line. At each tally, against what was told one by one: `offered = sent + dropped + waiting`, `sent` the rows of
 * all arrivals to learn from, `dropped` those of all losses, and `sent = learned + in the pipeline`; so that
 * `offered = learned + dropped + in flight`. The last figures are those of the end, where what was in flight may have been learned.
 */
export function lineFlow(): Measure<LineFlow> {
  const learning = new Learning();
  const droppedBy: Partial<Record<LossReason | 'unknown', number>> = {};
  const violations: string[] = [];
  const course = new Series<FlowPoint>(600);
  let [dropped, violationCount, tallies, origin] = [0, 0, 0, 0];
  let last: TallyEvent | undefined;
  const balance = (says: string, left: number, right: number, at: number): void => {
    if (left === right) return;
    violationCount++;
    if (violations.length < 100)
      violations.push(`${says} at ${((at - origin) / 1e9).toFixed(3)} s: ${left} and ${right}`);
  };
  const pointOf = ({ offered, waiting, start }: TallyEvent): FlowPoint => {
    const { sent, learned } = learning;
    return { seconds: (start - origin) / 1e9, offered, learned, dropped, inFlight: waiting + sent - learned };
  };
  return {
    add(event) {
      learning.add(event);
      if (event.kind === 'start') origin = event.start;
      if (event.kind === 'lost') {
        const { reason = 'unknown', rows = 0 } = event;
        dropped += rows;
        droppedBy[reason] = (droppedBy[reason] ?? 0) + rows;
      }
      if (event.kind !== 'tally') return;
      const { offered, sent, waiting, start } = event;
      last = event;
      let inPipeline = 0;
      for (const { arrival } of learning.inside.values()) inPipeline += arrival.rows;
      balance('offered = sent + dropped + waiting', offered, sent + event.dropped + waiting, start);
      balance('sent = arrivals to learn from', sent, learning.sent, start);
      balance('dropped = losses', event.dropped, dropped, start);
      balance('sent = learned + in the pipeline', sent, learning.learned + inPipeline, start);
      if (course.wants(tallies++)) course.add(pointOf(event));
    },
    value() {
      const now = last === undefined ? undefined : pointOf(last);
      const { seconds = 0, offered = learning.sent } = now ?? {};
      const inFlight = offered - dropped - learning.learned;
      const { learned } = learning;
      const per = (count: number): number => (seconds > 0 ? count / seconds : 0);
      return {
        ...{ offered, learned, dropped, droppedBy: { ...droppedBy }, inFlight },
        ...{ waiting: last?.waiting ?? 0, seconds },
        ...{ offeredPerSecond: per(offered), learnedPerSecond: per(learned) },
        ...{ violations: [...violations], violationCount, course: [...course.points] },
      };
    },
  };
}
