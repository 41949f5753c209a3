// the wall clock of a run
export { wallNanoseconds } from './platform/wall.ts';

/** Calls after so many nanoseconds of the wall clock, or a little later. @returns what calls that off */
export function callAfter(nanoseconds: number, call: () => void): () => void {
  const timer = setTimeout(call, Math.max(0, Math.min(longest, Math.ceil(nanoseconds / 1e6))));
  return () => clearTimeout(timer);
}

/** milliseconds that a timer of Node's may run */
const longest = 2 ** 31 - 1;

/** The date of now, for naming a run's folder; never used to measure. */
export function wallDate(): Date {
  return new Date();
}

export const us = (microseconds: number): number => Math.round(microseconds * 1e3);
export const ms = (milliseconds: number): number => Math.round(milliseconds * 1e6);
export const seconds = (value: number): number => Math.round(value * 1e9);
