const levels = '▁▂▃▄▅▆▇█';

/**
 * A row of bars, the lowest value the lowest bar: how a figure went.
 *
 * @param values  finite, in their order; of more than `width` the last of each part is shown
 * @param width   characters at most
 */
export function sparkline(values: readonly number[], width: number): string {
  const count = Math.min(values.length, width);
  const shown = Array.from(
    { length: count },
    (_, i) => values[Math.ceil(((i + 1) * values.length) / count) - 1],
  );
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const level = (value: number): number =>
    most > least ? Math.round((7 * (value - least)) / (most - least)) : 3;
  return shown.map((value) => levels[level(value)]).join('');
}

/** Shares of the time of a stage, each 0 to 1. */
export interface Shares {
  readonly busy: number;
  readonly starved: number;
  readonly blocked: number;
}

/** Characters of a bar, each with its colour on a terminal: blue busy, yellow blocked; starved and the rest are plain. */
const parts = [
  ['busy', '█', 34],
  ['blocked', '▒', 33],
  ['starved', '░', 39],
] as const;

/**
 * A bar of a stage's time: █ busy, ▒ blocked, ░ starved, and blank what is neither.
 *
 * @param width  characters
 */
export function bar(shares: Shares, width: number, coloured: boolean): string {
  let sum = 0;
  let drawn = 0;
  let text = '';
  for (const [name, character, colour] of parts) {
    sum += shares[name];
    const end = Math.min(width, Math.round(sum * width));
    const part = character.repeat(Math.max(0, end - drawn));
    drawn = Math.max(drawn, end);
    text += coloured && part !== '' ? `\x1b[${colour}m${part}\x1b[39m` : part;
  }
  return text + ' '.repeat(width - drawn);
}
