/**
 * The wall clock of a run: whole nanoseconds on the machine's monotonic clock.
 *
 * Every thread of a process reads the same clock, so spans measured on different worker threads compare.
 *
 * @returns nanoseconds since an arbitrary origin, a whole number
 */
export function wallNanoseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}

/** The date of now, for naming a run's folder; never used to measure. */
export function wallDate(): Date {
  return new Date();
}

export const us = (microseconds: number): number => Math.round(microseconds * 1e3);
export const ms = (milliseconds: number): number => Math.round(milliseconds * 1e6);
export const seconds = (value: number): number => Math.round(value * 1e9);
