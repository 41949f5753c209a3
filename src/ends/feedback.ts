import { must } from '../core/check.ts';
import { matrix } from '../core/matrix.ts';
import { make } from '../core/plan.ts';
import { type Random, random } from '../core/random.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { drawWrong, type Negatives } from '../negatives/negative.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';

/**
 * The edge from the sink back to the source, over which the negatives come that the source draws.
 *
 * Links keep their order, so the samples come back in the order in which they were asked about, which is that in which
 * they are learned: the wrong labels are a queue, and no draw depends on when an answer comes.
 */
export class Feedback {
  private readonly negatives: Negatives;
  private readonly random: Random;
  private readonly drawn: number[] = [];
  private room = new Uint16Array(0);

  /** @param random  the stream `seed / source / negatives` */
  constructor(negatives: Negatives, random: Random) {
    this.negatives = negatives;
    this.random = random;
  }

  /** Draws the wrong labels of the samples that were asked about, from their scores. */
  answer({ labels, rows, scores, shape }: Microbatch): void {
    const { classes } = shape;
    if (this.room.length < rows) this.room = new Uint16Array(rows);
    const opinion = matrix(rows, classes, scores);
    drawWrong(this.negatives, labels, rows, classes, opinion, this.random, this.room);
    for (let r = 0; r < rows; r++) this.drawn.push(this.room[r]);
  }

  /** Takes the wrong labels of the next `rows` samples, oldest first, if all are there. @returns whether they were */
  take(rows: number, into: Uint16Array): boolean {
    if (this.drawn.length < rows) return false;
    into.set(this.drawn.splice(0, rows));
    return true;
  }
}

/**
 * The edge back, where the pipeline's negatives ask for one.
 *
 * @throws {RangeError} when what they make is not for the source to draw
 */
export async function feedbackOf({ negatives, seed }: ResolvedPipeline): Promise<Feedback | undefined> {
  if (negatives === undefined) return undefined;
  const made = await make(negatives);
  if (negatives.asks === undefined) {
    must(
      made.drawnBy !== 'source',
      `negatives '${made.name}' that the source draws`,
      'such that ask',
      undefined,
    );
    return undefined;
  }
  must(made.drawnBy === 'source', `negatives '${made.name}' that ask`, "drawn by 'source'", made.drawnBy);
  return new Feedback(made, random(seed).fork('source').fork('negatives'));
}
