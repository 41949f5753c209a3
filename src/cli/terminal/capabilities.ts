/** What of a stream's surroundings says how to write to it. */
export interface Surroundings {
  readonly isTTY?: boolean | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether text may be coloured: FORCE_COLOR first (`0` and `false` say no, any other text yes), then NO_COLOR, whatever it
 * holds, then whether it is a terminal that knows colours.
 */
export function colours({ isTTY, env = process.env }: Surroundings): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM } = env;
  if (forced) return forced !== '0' && forced !== 'false';
  if (none) return false;
  return isTTY === true && TERM !== 'dumb';
}

/** Whether lines that were written can be written again, in place. */
export function redraws({ isTTY, env = process.env }: Surroundings): boolean {
  return isTTY === true && env.TERM !== 'dumb';
}
