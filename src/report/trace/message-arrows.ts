import type { MessageEvent, OpEvent } from '../../core/trace.ts';
import { arrow, type ChromeEvent, type Frame, type Point } from './chrome-event.ts';

interface Pending {
  readonly arrives: number;
  readonly points: readonly Point[];
}

/** Messages of one kind to one stage. */
interface Inbound {
  /** by microbatch; as many as lie on the edge */
  readonly pending: Map<number, Pending>;
  /** the last microbatch whose message was used */
  used: number;
}

/** the op that uses what a message carries */
const usedBy = { activity: 'F', gradient: 'B' } as const;

/**
 * Arrows from the op that made a message, through the message under way, to the op of its microbatch that uses it. A gradient that
 * a later microbatch takes, as under `partime`, has none.
 */
export class MessageArrows {
  private readonly frame: Frame;
  private readonly inbound: Record<'F' | 'B', Inbound[]> = { F: [], B: [] };
  private arrows = 0;

  constructor(frame: Frame) {
    this.frame = frame;
  }

  /** @param points  in the slices of the op that made it and of the message, as far as there are any */
  sent({ carries, to, microbatch, end }: MessageEvent, points: readonly Point[]): void {
    if (carries !== 'activity' && carries !== 'gradient') return;
    const inbound = this.to(usedBy[carries], to);
    // a schedule that does not wait for its input may have used it before it was sent
    if (microbatch > inbound.used) inbound.pending.set(microbatch, { arrives: end, points });
  }

  /**
   * An op that uses a message has ended.
   *
   * @param point  in its slice; undefined where it has none
   * @returns the arrow; none where the message came from outside, or after the op had begun
   */
  used({ op, stage, microbatch, start }: OpEvent, point: Point | undefined): ChromeEvent[] {
    if (op !== 'F' && op !== 'B') return [];
    const inbound = this.to(op, stage);
    inbound.used = Math.max(inbound.used, microbatch);
    const message = inbound.pending.get(microbatch);
    inbound.pending.delete(microbatch);
    if (message === undefined || message.arrives > start) return [];
    const points = point ? [...message.points, point] : message.points;
    if (points.length < 2) return [];
    const name = op === 'F' ? 'activity' : 'gradient';
    return arrow(name, `run ${this.frame.pid} ${name}`, ++this.arrows, points, this.frame);
  }

  private to(op: 'F' | 'B', stage: number): Inbound {
    this.inbound[op][stage] ??= { pending: new Map(), used: -1 };
    return this.inbound[op][stage];
  }
}
