import { must, mustBePositive } from '../../core/check.ts';
import type { EndedOp, Onlooker } from '../../simulation/onlooker.ts';

/** columns that an eye still follows */
const slotsAtMost = 10_000;

/** What a simulation did, to be read by eye: it looks on, and `text` is the grid. */
export interface ScheduleGrid {
  readonly onlooker: Onlooker;
  /** @throws {RangeError} when the run has more than 10,000 slots */
  text(): string;
}

/**
 * A grid of a simulated run: a row for each device, a column for each slot of time.
 *
 *     0: 0F0  0F1  0B0  ---  .
 *
 * `0F0` is stage, op and microbatch, both counted along the schedule's path, as an onlooker sees them; `---` is the op before
 * it, `.` nothing. Where several ops begin in one slot the first is named, with a `+`. Ops that take no time aren't drawn.
 *
 * @param slot  nanoseconds of a column; left out, the greatest common divisor of all durations and starts
 * @throws {RangeError} when `slot` is not above 0
 */
export function scheduleGrid(slot?: number): ScheduleGrid {
  if (slot !== undefined) mustBePositive(slot, 'slot of a grid');
  const ops: EndedOp[] = [];
  return {
    onlooker: {
      ended(op) {
        if (op.end > op.start) ops.push(op);
      },
    },
    text: () => draw(ops, slot ?? commonSlot(ops)),
  };
}

function draw(ops: readonly EndedOp[], slot: number): string {
  const end = ops.reduce((latest, op) => Math.max(latest, op.end), 0);
  const slots = Math.ceil(end / slot);
  must(slots <= slotsAtMost, 'slots of a grid', `at most ${slotsAtMost}, with a longer slot`, slots);
  const devices = ops.reduce((most, { device }) => Math.max(most, device + 1), 0);
  const rows = Array.from({ length: devices }, () => new Array<string>(slots).fill('.'));
  // those on the way first, so that what begins in a slot is seen
  for (const { device, start, end } of ops) {
    const [from, to] = [Math.floor(start / slot), Math.ceil(end / slot)];
    for (let at = from + 1; at < to; at++) rows[device][at] = '---';
  }
  for (const { device, start, stage, op, microbatch } of ops) {
    const at = Math.floor(start / slot);
    const taken = rows[device][at];
    const another = taken !== '.' && taken !== '---';
    rows[device][at] = another ? `${taken.replace(/\+$/, '')}+` : `${stage}${op}${microbatch}`;
  }
  const width = rows.flat().reduce((most, cell) => Math.max(most, cell.length), 0);
  const name = `${devices - 1}`.length;
  return rows
    .map((row, device) => {
      const cells = row.map((cell) => cell.padEnd(width)).join(' ');
      return `${`${device}`.padStart(name)}: ${cells}`.trimEnd();
    })
    .join('\n');
}

function commonSlot(ops: readonly EndedOp[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return ops.reduce((slot, { start, end }) => divisor(divisor(slot, start), end - start), 0) || 1;
}
