import type {
  ArrivalEvent,
  LostEvent,
  MessageEvent,
  OpEvent,
  TraceEvent,
  WaitEvent,
} from '../../core/trace.ts';
import {
  accuracy,
  type ChromeEvent,
  type Frame,
  inFront,
  mark,
  nameOfProcess,
  nameOfRow,
  opSlice,
  type Point,
  type RunShape,
  SOURCE,
  slice,
  waitSlice,
} from './chrome-event.ts';
import { MessageArrows } from './message-arrows.ts';
import { MicrobatchArrows } from './microbatch-arrows.ts';

/** A row for messages that do not overlap. */
interface Lane {
  readonly tid: number;
  free: number;
}

/**
 * Draws the events of one run as Chrome events: a row for each stage, or for each device where the placement is known,
 * one for arrivals, and below each row those of the messages that it sends. Slices of a row neither overlap nor nest, and
 * none begins before 0.
 */
export class RunDrawing {
  private readonly frame: Frame;
  private readonly placement: readonly number[] | undefined;
  private readonly messages: MessageArrows | undefined;
  private readonly passages: MicrobatchArrows;
  /** rows so far */
  private rows: number;
  private readonly lanes: Lane[][] = [];
  /** end of the last wait drawn in each row: the stages of a device all emit its waits [rows] */
  private readonly waited: number[] = [];
  private lastArrival = -1;

  constructor(pid: number, { stages, placement, messages, start = 0 }: RunShape) {
    this.frame = { pid, origin: start };
    this.placement = placement;
    this.messages = messages ? new MessageArrows(this.frame) : undefined;
    this.passages = new MicrobatchArrows(stages, this.frame);
    this.rows = 1 + (placement ? Math.max(0, ...placement.map((device) => device + 1)) : stages);
  }

  /** The names of the process and its rows. */
  names(name: string): ChromeEvent[] {
    const { pid } = this.frame;
    const rows = Array.from({ length: this.rows - 1 }, (_, i) => {
      return nameOfRow(pid, SOURCE + 1 + i, this.titleOf(i), positionOf(i));
    });
    return [nameOfProcess(pid, name), ...nameOfRow(pid, SOURCE, 'source', 0), ...rows.flat()];
  }

  /**
   * What is drawn for one event, to be written whole or not at all; nothing for those that take no time. Viewers know
   * nanoseconds and no parts of them, so times are rounded.
   */
  draw(event: TraceEvent): ChromeEvent[] {
    return this.drawn(rounded(event));
  }

  private drawn(event: TraceEvent): ChromeEvent[] {
    switch (event.kind) {
      case 'op':
        return this.op(event);
      case 'starved':
      case 'blocked':
      case 'communicating':
        return this.wait(event);
      case 'message':
        return this.message(event);
      case 'arrival':
        return this.arrival(event);
      case 'lost':
        this.passages.lost(event);
        return [mark('lost', 'lost', this.rowOfLoss(event), event.start, this.frame)];
      case 'prediction':
        this.passages.predicted(event);
        return event.rows === 0 ? [] : [accuracy(event, this.frame)];
      case 'fault':
      case 'mending':
        return [mark(event.fault, 'fault', SOURCE, event.start, this.frame)];
      case 'restart':
        return event.stages.map((stage) =>
          mark('restart', 'restart', this.tidOf(stage), event.end, this.frame),
        );
      case 'tally':
        return [inFront(event, this.frame)];
      case 'start':
      case 'weights':
      case 'checkpoint':
        return [];
    }
  }

  private op(event: OpEvent): ChromeEvent[] {
    const { op, stage, microbatch, start } = event;
    const tid = this.tidOf(stage);
    const drawn = this.takesTime(event);
    const name = this.placement ? `${stage}${op}${microbatch}` : `${op} ${microbatch}`;
    const point = drawn ? { tid, at: Math.max(start, this.frame.origin) } : undefined;
    const arrows = this.messages ? this.messages.used(event, point) : this.passage(event, point);
    return drawn ? [opSlice(event, name, tid, this.frame), ...arrows] : arrows;
  }

  private passage(event: OpEvent, point: Point | undefined): ChromeEvent[] {
    return event.op === 'F' ? this.passages.forwarded(event, point) : [];
  }

  private wait({ kind, stage, start, end }: WaitEvent): ChromeEvent[] {
    const row = this.rowOf(stage);
    const span = { start: Math.max(start, this.waited[row] ?? start), end };
    if (!this.takesTime(span)) return [];
    this.waited[row] = end;
    return [waitSlice(kind, this.tidOf(stage), span, this.frame)];
  }

  private message(event: MessageEvent): ChromeEvent[] {
    const { carries, from, to, microbatch, made, start } = event;
    const points = made === undefined ? [] : [{ tid: this.tidOf(from), at: made - 1 }];
    if (!this.takesTime(event)) {
      this.messages?.sent(event, points);
      return [];
    }
    const { tid, names } = this.laneOf(this.rowOf(from), event);
    this.messages?.sent(event, [...points, { tid, at: start }]);
    const drawn = slice(`${carries} ${from}→${to} ${microbatch}`, carries, tid, event, this.frame);
    return [...names, { ...drawn, args: { microbatch, from, to } }];
  }

  /** An arrow begins in a slice only, so an arrival is one of 1 ns; others at the same nanosecond are marks in it. */
  private arrival(event: ArrivalEvent): ChromeEvent[] {
    const { microbatch, purpose, of, rows, epoch, intended, start } = event;
    const name = `arrival ${microbatch}`;
    const waited = intended && { waited_ns: Math.round(start - meanOf(intended)) };
    const args = { microbatch, purpose, ...(of && { of }), rows, epoch, ...waited };
    const first = start > this.lastArrival;
    if (first) this.lastArrival = start;
    const at = start === this.lastArrival ? { tid: SOURCE, at: start } : undefined;
    if (this.messages === undefined) this.passages.arrived(event, at);
    const drawn = first
      ? slice(name, 'arrival', SOURCE, { start, end: start + 1 }, this.frame)
      : mark(name, 'arrival', SOURCE, start, this.frame);
    return [{ ...drawn, args }];
  }

  /** The first lane of a row that is free, and its names where it is new. */
  private laneOf(
    row: number,
    { start, end }: { readonly start: number; readonly end: number },
  ): { tid: number; names: ChromeEvent[] } {
    this.lanes[row] ??= [];
    const lanes = this.lanes[row];
    const lane = lanes.find(({ free }) => free <= start);
    if (lane) {
      lane.free = end;
      return { tid: lane.tid, names: [] };
    }
    const tid = ++this.rows;
    const number = lanes.push({ tid, free: end });
    const title = `${this.titleOf(row)} sends${number === 1 ? '' : ` (${number})`}`;
    return { tid, names: nameOfRow(this.frame.pid, tid, title, positionOf(row) + number) };
  }

  /** whether any of it lies after the run's time 0 */
  private takesTime({ start, end }: { readonly start: number; readonly end: number }): boolean {
    return end > Math.max(start, this.frame.origin);
  }

  private rowOf(stage: number): number {
    return this.placement?.[stage] ?? stage;
  }

  /** what is lost between stages is lost by the one that would send it */
  private rowOfLoss({ stage = 0 }: LostEvent): number {
    return stage > 0 ? this.tidOf(stage - 1) : SOURCE;
  }

  private tidOf(stage: number): number {
    return SOURCE + 1 + this.rowOf(stage);
  }

  private titleOf(row: number): string {
    return `${this.placement ? 'device' : 'stage'} ${row}`;
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Rounding keeps the order of times, so what did not overlap does not overlap. */
function rounded<E extends TraceEvent>(event: E): E {
  if (!('start' in event)) return event;
  const { start, end = 0, made = 0 } = event as { start: number; end?: number; made?: number };
  if (Number.isInteger(start) && Number.isInteger(end) && Number.isInteger(made)) return event;
  const times = { start: Math.round(start), ...('end' in event && { end: Math.round(end) }) };
  return { ...event, ...times, ...('made' in event && { made: Math.round(made) }) };
}

function positionOf(row: number): number {
  return 1000 * (row + 1);
}
