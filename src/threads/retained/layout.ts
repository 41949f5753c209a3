import type { Arena } from '../../core/memory/arena.ts';
import type { Purpose } from '../../core/trace.ts';
import { type Microbatch, microbatch, microbatchBytes, type Shape } from '../../data/microbatch.ts';

/** Rooms of a link that keeps what it sent until its receiver needs it no more. */
export interface Retention {
  /** slots of what is learned from, ≥ capacity; 0 where none travels */
  readonly learned: number;
  /** slots of predictions, ≥ capacity; 0 where none travels */
  readonly predictions: number;
  /** whether each slot has a checksum and a copy */
  readonly verify: boolean;
  /** whether what is given back is covered with it: its receiver does not begin anew */
  readonly atOnce: boolean;
}

/** Which of a link's two rows: what is learned from, or predictions. Each is in order; the two may overtake each other. */
export type Row = 0 | 1;

export function rowOf(purpose: Purpose): Row {
  return purpose === 'learn' ? 0 : 1;
}

/** How far an end is: microbatches of each row. */
export interface Position {
  readonly learned: number;
  readonly predicted: number;
}

// Words of the header, in lines of 64 bytes by who writes them.
/** sent, of each row: written by the sender */
export const sent = 0;
export const returned = 16;
/** covered by the receiver's checkpoints, of each row: written by the receiver */
export const covered = 17;
export const senderSleeps = 32;
export const receiverSleeps = 48;
export const closed = 64;
const headerBytes = 5 * 64;

/** words beside each slot: its number in its row, how many of the other row were sent before it, its checksum */
const besides = 4;

/** Microbatches that lie on the link whose header stands at a place in memory. */
export function lyingOnRetained(at: number, arena: Arena): number {
  arena.see(at + headerBytes);
  const header = new Int32Array(arena.buffer, at, headerBytes / 4);
  const count = Atomics.load(header, sent) + Atomics.load(header, sent + 1);
  return after(count, Atomics.load(header, returned));
}

interface Space {
  readonly shape: Shape;
  readonly retained: Retention;
}

function offsets({ shape, retained: { learned, predictions, verify } }: Space) {
  const count = learned + predictions;
  const slots = headerBytes + 64 * Math.ceil((4 * besides * count) / 64);
  const copies = slots + count * microbatchBytes(shape);
  const end = copies + (verify ? count * microbatchBytes(shape) : 0);
  return { slots, copies, end };
}

export function retainedBytes(space: Space): number {
  return offsets(space).end;
}

/** One slot, and what stands beside it. */
export interface Slot {
  readonly microbatch: Microbatch;
  readonly bytes: Uint8Array;
  /** where there is a checksum */
  readonly copy: Uint8Array | undefined;
  /** [number, of the other row before it, checksum] */
  readonly beside: Int32Array;
}

/** A retained link in memory, as both of its ends see it. */
export interface Layout {
  readonly header: Int32Array;
  /** slots of each row, used in turn */
  readonly rows: readonly [readonly Slot[], readonly Slot[]];
}

export function layoutOf(space: Space & { readonly at: number }, arena: Arena): Layout {
  const { shape, retained, at } = space;
  const { slots, copies, end } = offsets(space);
  arena.see(at + end);
  const { buffer } = arena;
  const size = microbatchBytes(shape);
  const slot = (i: number): Slot => ({
    microbatch: microbatch(shape, buffer, at + slots + i * size),
    bytes: new Uint8Array(buffer, at + slots + i * size, size),
    copy: retained.verify ? new Uint8Array(buffer, at + copies + i * size, size) : undefined,
    beside: new Int32Array(buffer, at + headerBytes + 4 * besides * i, besides),
  });
  const row = (first: number, count: number) => Array.from({ length: count }, (_, i) => slot(first + i));
  return {
    header: new Int32Array(buffer, at, headerBytes / 4),
    rows: [row(0, retained.learned), row(retained.learned, retained.predictions)],
  };
}

/** so many after the other, of counts that begin anew at 2³² */
export function after(one: number, other: number): number {
  return (one - other) | 0;
}

/** The slot of the so-many-th of a row. */
export function slotAt(row: readonly Slot[], number: number): Slot {
  return row[(number >>> 0) % row.length];
}
