import type { Random } from '../../core/random.ts';

/** Which other samples may be drawn. */
export type Mate = 'any' | 'other class' | 'same class';

/**
 * Draws another sample of the microbatch for each, never itself: any, or one of another or the same class. Where there is none
 * of that kind, any other.
 *
 * @param labels  true labels [at least rows]
 * @param rows    samples, 2 or more
 * @returns       rows of the samples drawn [rows]
 */
export function mates(labels: Uint16Array, rows: number, mate: Mate, random: Random): Uint32Array {
  const drawn = new Uint32Array(rows);
  for (let r = 0; r < rows; r++) {
    const fits = (o: number): boolean =>
      o !== r && (mate === 'any' || (labels[o] === labels[r]) === (mate === 'same class'));
    let count = 0;
    for (let o = 0; o < rows; o++) if (fits(o)) count++;
    const any = count === 0;
    let left = random.whole(any ? rows - 1 : count);
    let other = -1;
    while (left >= 0) {
      other++;
      if (any ? other !== r : fits(other)) left--;
    }
    drawn[r] = other;
  }
  return drawn;
}
