import type { Onlooker } from './onlooker.ts';

/** An onlooker that is told of ticks and tells another of nanoseconds, of what that one wants to know. */
export function inNanoseconds(onlooker: Onlooker, ticks: number): Onlooker {
  if (ticks === 1) return onlooker;
  return {
    ...(onlooker.begins && { begins: onlooker.begins.bind(onlooker) }),
    ...(onlooker.ended && {
      ended: (op) => onlooker.ended?.({ ...op, start: op.start / ticks, end: op.end / ticks }),
    }),
    ...(onlooker.sent && {
      sent: (from, to, kind, sent, arrives) => onlooker.sent?.(from, to, kind, sent / ticks, arrives / ticks),
    }),
    ...(onlooker.waited && {
      waited: (device, why, start, end) => onlooker.waited?.(device, why, start / ticks, end / ticks),
    }),
    ...(onlooker.entered && {
      entered: (path, microbatch, at) => onlooker.entered?.(path, microbatch, at / ticks),
    }),
    ...(onlooker.left && {
      left: (path, entered, at) => onlooker.left?.(path, entered / ticks, at / ticks),
    }),
    ...(onlooker.lost && { lost: (path, at) => onlooker.lost?.(path, at / ticks) }),
  };
}
