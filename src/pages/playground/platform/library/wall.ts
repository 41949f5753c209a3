/** The wall clock of a run in a page: whole nanoseconds, the same for the page and all its workers to a few microseconds. */
export function wallNanoseconds(): number {
  return Math.round((performance.timeOrigin - epoch + performance.now()) * 1e6);
}

/** milliseconds: keeps nanoseconds below 2⁵³ */
const epoch = 1_600_000_000_000;
