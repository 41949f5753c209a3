import type { TraceEvent } from '../../core/trace.ts';
import type { RunReader } from './read-trace.ts';

/**
 * Hands the events of a run that goes on to a reader as a trace file would have them: with the row of each, times from the
 * run's start, and each wait of a device once, though all its stages emit it.
 *
 * @param open  is called when the run starts, with its rows and stages
 * @returns what takes the events, the start event first
 */
export function runRows(open: (rows: number, stages: number) => RunReader): (event: TraceEvent) => void {
  let reader: RunReader | undefined;
  let placement: readonly number[] | undefined;
  let origin = 0;
  const waited: number[] = [];
  return (event) => {
    if (event.kind === 'start') {
      placement = event.placement;
      origin = event.start;
      const devices = placement === undefined ? event.stages : Math.max(...placement) + 1;
      reader ??= open(devices, event.stages);
      return;
    }
    if (!('start' in event)) return;
    const stage = 'stage' in event && event.stage !== undefined ? event.stage : -1;
    const row = stage < 0 ? -1 : (placement?.[stage] ?? stage);
    let start = event.start;
    if (event.kind === 'starved' || event.kind === 'blocked' || event.kind === 'communicating') {
      start = Math.max(start, waited[row] ?? start);
      if (event.end <= start) return;
      waited[row] = event.end;
    }
    const from = { start: Math.max(0, Math.round(start - origin)) };
    const moved = 'end' in event ? { ...from, end: Math.max(0, Math.round(event.end - origin)) } : from;
    reader?.add({ ...event, ...moved } as TraceEvent, row);
  };
}
