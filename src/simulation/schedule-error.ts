import type { Step } from '../schedules/schedule.ts';
import { orderOf } from './engine/orders.ts';
import type { ResolvedScenario } from './scenario.ts';

/** A schedule can't be carried out: some devices wait for each other for ever. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';

  /**
   * Prints what each device did and has yet to do of its order, with an arrow at the step at which it stands.
   *
   * @param progress  of each device: ops done of each of its stages [F, B, W, U], and the flush it is in
   */
  static of(
    scenario: ResolvedScenario,
    progress: (device: number) => { done: number[][]; flush: number },
  ): ScheduleError {
    const { schedule, devices, microbatches, flushes, lastFlush, capacities } = scenario;
    const lines: string[] = [];
    let stand = false;
    for (let device = 0; device < devices; device++) {
      const { done, flush } = progress(device);
      if (flush < flushes) stand = true;
      if (device >= 16) continue;
      const of = (): Iterable<Step> =>
        orderOf(scenario, device, flush + 1 < flushes ? microbatches : lastFlush);
      const line =
        schedule.order === undefined || flush >= flushes
          ? counted(done)
          : around(of(), done, flush * microbatches);
      lines.push(`device ${device}: ${line}`);
    }
    const bounds = [...new Set(capacities.filter(Number.isFinite))].sort((a, b) => a - b);
    const holds = bounds.length > 0 ? `, and links that hold ${bounds.join(' or ')}` : '';
    const why = stand ? 'its devices wait for each other' : 'some gradients are never made';
    return new ScheduleError(
      `schedule ${schedule.name} must come to its end; with ${devices} stages, ${microbatches} microbatches${holds} ${why}:\n${lines.join('\n')}`,
    );
  }
}

/** How many of each op are done, where there is no order to print: `0F ×3 0W ×1`. */
function counted(done: readonly number[][]): string {
  return done.flatMap((ops, chunk) => ops.map((count, kind) => `${chunk}${kinds[kind]} ×${count}`)).join(' ');
}

const kinds = 'FBWU';

/** Some steps on either side of the one that is not done: `0F0 0F1 →0B0 0W0`. */
function around(order: Iterable<Step>, done: readonly number[][], before: number): string {
  const seen = done.map(() => [0, 0, 0, 0]);
  const past: string[] = [];
  const ahead: string[] = [];
  for (const { op, chunk } of order) {
    const kind = kinds.indexOf(op);
    const microbatch = seen[chunk][kind]++;
    const name = `${chunk}${op}${microbatch}`;
    if (ahead.length === 0 && before + microbatch < done[chunk][kind]) {
      past.push(name);
      if (past.length > 6) past.shift();
    } else ahead.push(name);
    if (ahead.length > 6) break;
  }
  return ahead.length === 0 ? `${past.join(' ')} (done)` : [...past, `→${ahead.join(' ')}`].join(' ');
}
