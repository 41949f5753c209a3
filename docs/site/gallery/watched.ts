// What an example does while the gallery runs it: kept, and written when its process ends.

import { writeFileSync } from 'node:fs';
import type { TraceEvent } from '../../../src/core/trace.ts';
import { WATCHED_FILE, type Watched, type WatchedRun } from './watched-file.ts';

export const watched: Watched = { runs: [], simulations: [] };
process.once('exit', () => writeFileSync(process.env[WATCHED_FILE] ?? '', JSON.stringify(watched)));

/** A run that begins; what is returned is told its events. */
export function watchedRun(schedule: string): (event: TraceEvent) => void {
  let run: WatchedRun | undefined;
  return (event) => {
    if (event.kind === 'start') {
      const { stages, from = 0 } = event;
      run = { schedule, from, stages, ops: [], predictions: [] };
      watched.runs.push(run);
    } else if (event.kind === 'op' && event.purpose === 'learn') {
      const { stage, op, microbatch, start, end, loss } = event;
      run?.ops.push({ stage, op, microbatch, start, end, loss });
    } else if (event.kind === 'prediction') {
      const { of, epoch, rows, correct } = event;
      run?.predictions.push({ of, epoch, rows, correct });
    }
  };
}
