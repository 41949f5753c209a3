/** One thing that was simulated and is known exactly, or to within an interval. */
export interface Row {
  readonly what: string;
  readonly exact: string;
  readonly simulated: string;
  /** how far they are apart, and how far they may be */
  readonly error: string;
  readonly holds: boolean;
}

/** A row that must be equal to so many digits after the point. */
export function equal(what: string, exact: number, simulated: number, digits: number): Row {
  const error = Math.abs(simulated - exact);
  return {
    what,
    exact: exact.toFixed(digits),
    simulated: simulated.toFixed(digits),
    error: error.toExponential(1),
    holds: error <= 0.5 * 10 ** -digits + 1e-12,
  };
}

/** A row whose exact value must lie in the simulation's 95 % interval, made wider by `slack` for many rows are looked at. */
export function within(
  what: string,
  exact: number,
  simulated: number,
  halfWidth: number,
  slack = 1.8,
  digits = 4,
): Row {
  const error = Math.abs(simulated - exact);
  return {
    what,
    exact: exact.toFixed(digits),
    simulated: `${simulated.toFixed(digits)} ± ${halfWidth.toFixed(digits)}`,
    error: `${((100 * error) / Math.abs(exact)).toFixed(2)} %`,
    holds: error <= slack * halfWidth + 1e-9,
  };
}
