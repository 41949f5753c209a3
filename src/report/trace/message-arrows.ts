import type { Stages } from '../../simulation/engine/stages.ts';
import type { MessageKind } from '../../simulation/onlooker.ts';

/** A point of an arrow: which row, and when. */
export interface Point {
  readonly tid: number;
  readonly at: number;
}

interface Message {
  readonly arrives: number;
  /** in the op that made it, and in the message under way; what takes no time has no slice that could hold a point */
  readonly points: Point[];
}

/** What leaves one stage, in one direction; all of it in order. */
interface Way {
  /** ends of the ops that made what has not been sent yet, oldest first */
  readonly made: (Point | undefined)[];
  /** sent by an op whose end has not been told yet */
  readonly unmade: Message[];
  /** sent and not taken, oldest first */
  readonly under: Message[];
  /** messages so far; more are taken than sent where a schedule doesn't wait for what comes */
  sent: number;
  taken: number;
}

/** Pairs the ops that make messages with those that take them, as an onlooker is told of both. */
export class MessageArrows {
  private readonly stages: Stages;
  /** [stages] */
  private readonly ways: Readonly<Record<MessageKind, readonly Way[]>>;

  constructor(stages: Stages) {
    this.stages = stages;
    const each = (): Way[] =>
      Array.from({ length: stages.count }, () => ({ made: [], unmade: [], under: [], sent: 0, taken: 0 }));
    this.ways = { activity: each(), gradient: each() };
  }

  /** @returns which message of its kind it is, and the points that its arrow has so far, to which one may be added */
  sent(
    from: number,
    kind: MessageKind,
    arrives: number,
  ): { readonly microbatch: number; readonly points: Point[] } {
    const way = this.ways[kind][from];
    const microbatch = way.sent++;
    const points: Point[] = [];
    const message = { arrives, points };
    // an op that sends at once is told of after its message
    if (way.made.length === 0) way.unmade.push(message);
    else {
      const made = way.made.shift();
      if (made) points.push(made);
    }
    // one that was used before it came is not waited for
    if (microbatch >= way.taken) way.under.push(message);
    return { microbatch, points };
  }

  /** whether a message has gone whose op has not been told of */
  waits(from: number, kind: MessageKind): boolean {
    return this.ways[kind][from].unmade.length > 0;
  }

  /** An op has made what goes on from its stage, and may have sent it already. */
  made(from: number, kind: MessageKind, point: Point | undefined): void {
    const next = kind === 'activity' ? this.stages.next : this.stages.previous;
    if (next[from] === -1) return;
    const way = this.ways[kind][from];
    const message = way.unmade.shift();
    if (message === undefined) way.made.push(point);
    else if (point) message.points.unshift(point);
  }

  /**
   * An op has taken the oldest message for its stage.
   *
   * @returns the points of its arrow but the last; none where it came from outside, or after the op had begun
   */
  taken(by: number, kind: MessageKind, start: number): readonly Point[] {
    const { next, previous } = this.stages;
    const from = (kind === 'activity' ? previous : next)[by];
    if (from === -1) return [];
    const way = this.ways[kind][from];
    way.taken++;
    const message = way.under.shift();
    return message === undefined || message.arrives > start ? [] : message.points;
  }
}
