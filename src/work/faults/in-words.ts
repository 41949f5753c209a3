import type { MachineFault } from './fault.ts';

/** A fault as people say it: `stage 1 stands still for 0.2 s`. */
export function inWords(fault: MachineFault): string {
  switch (fault.fault) {
    case 'kill':
      return `the thread of stage ${fault.stage} is killed`;
    case 'pause':
      return `stage ${fault.stage} stands still for ${inSeconds(fault.lasts)}`;
    case 'slow':
      return `each op of stage ${fault.stage} takes ${fault.times} times as long for ${inSeconds(fault.lasts)}`;
    case 'drop-slot':
      return `a microbatch on the edge into stage ${fault.stage} is lost`;
    case 'duplicate-slot':
      return `a microbatch on the edge into stage ${fault.stage} comes twice`;
    case 'corrupt-slot':
      return `a bit of a microbatch on the edge into stage ${fault.stage} is turned over`;
    case 'clock-jump':
      return `the clock of arrivals jumps by ${inSeconds(fault.by)}`;
    case 'full-disk':
      return `nothing can be written to disk for ${inSeconds(fault.lasts)}`;
  }
}

function inSeconds(nanoseconds: number): string {
  return `${nanoseconds / 1e9} s`;
}
