/**
 * The wall clock of a run: whole nanoseconds on the machine's monotonic clock. Node's form; pages have their own.
 *
 * Every thread of a process reads the same clock, so spans measured on different worker threads compare.
 *
 * @returns nanoseconds since an arbitrary origin, a whole number
 */
export function wallNanoseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}
