import type { Subscription } from 'rxjs';
import { must } from '../core/check.ts';
import { matrix } from '../core/matrix.ts';
import { make } from '../core/plan.ts';
import { type Random, random } from '../core/random.ts';
import { arrayIn, type State } from '../core/state.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { drawWrong, type Negatives } from '../negatives/negative.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import type { ChannelReceiver } from '../work/channels/channel.ts';

/** A state that is asked for before all scores are back. */
interface Snapshot {
  /** samples whose labels it holds once it is complete, counted from the first sample asked about */
  readonly until: number;
  readonly labels: number[];
  readonly complete: (state: State) => void;
}

/**
 * The source's end of the scores edge: draws wrong labels from the scores that come back and keeps each until its sample is
 * learned from.
 *
 * Channels keep their order, so samples come back in the order in which they were asked about, which is the order in which
 * they are learned from. The wrong labels are therefore a queue, and no draw depends on when scores arrive.
 */
export class WrongLabels {
  private readonly negatives: Negatives;
  private readonly random: Random;
  private readonly scores: ChannelReceiver;
  private waiting: number[] = [];
  private drawn: Microbatch['wrong'] = new Uint16Array(0);
  private snapshots: Snapshot[] = [];
  /** samples asked about, and those answered */
  private asked = 0;
  private answered = 0;
  private subscription: Subscription | undefined;
  private dozing = false;

  /**
   * @param random  the stream `seed / source / negatives`
   * @param scores  the receiving end of the scores edge
   */
  constructor(negatives: Negatives, random: Random, scores: ChannelReceiver) {
    this.negatives = negatives;
    this.random = random;
    this.scores = scores;
  }

  /**
   * @param more    called when wrong labels have been drawn
   * @param failed  called with what a draw throws, and the microbatch of the scores
   */
  start(more: () => void, failed: (error: unknown, microbatch: number) => void): void {
    this.subscription = this.scores.microbatches.subscribe((scored) => {
      try {
        this.answer(scored);
      } catch (error) {
        failed(error, scored.sequence);
        return;
      }
      this.scores.giveBack();
      more();
      this.doze();
    });
    this.doze();
  }

  /** Counts samples that the source asks about. */
  ask(rows: number): void {
    this.asked += rows;
  }

  /** Takes the wrong labels of the next `rows` samples, oldest first. @returns false, and takes none, unless all are there */
  take(rows: number, into: Microbatch['wrong']): boolean {
    if (this.waiting.length < rows) return false;
    into.set(this.waiting.splice(0, rows));
    return true;
  }

  /** Hands over the state of now as soon as all samples asked about so far are answered: perhaps at once. */
  snapshot(complete: (state: State) => void): void {
    this.snapshots.push({ until: this.asked, labels: [...this.waiting], complete });
    this.completeSnapshots();
  }

  restore(state: State): void {
    this.random.restore(arrayIn(state, 'random', this.random.state().length) as Float64Array);
    const { labels } = state;
    must(labels !== undefined, "state 'labels'", 'an array', 'none');
    this.waiting = [...labels];
  }

  release(): void {
    this.subscription?.unsubscribe();
    this.scores.release();
  }

  private answer({ labels, rows, scores, shape }: Microbatch): void {
    const { classes } = shape;
    if (this.drawn.length < rows) this.drawn = new Uint16Array(rows);
    const { drawn, negatives } = this;
    drawWrong(negatives, labels, rows, classes, matrix(rows, classes, scores), this.random, drawn);
    for (let r = 0; r < rows; r++) {
      const label = drawn[r];
      this.waiting.push(label);
      for (const { until, labels } of this.snapshots) if (this.answered < until) labels.push(label);
      this.answered++;
    }
    this.completeSnapshots();
  }

  private completeSnapshots(): void {
    while (this.snapshots.length > 0 && this.snapshots[0].until <= this.answered) {
      const { labels, complete } = this.snapshots.shift() as Snapshot;
      complete({ labels: Uint16Array.from(labels), random: this.random.state() });
    }
  }

  private doze(): void {
    if (this.dozing) return; // answering is dozing again: without the guard the stack would grow
    this.dozing = true;
    while (this.scores.sleep() && this.scores.poll());
    this.dozing = false;
  }
}

/**
 * The wrong labels that the source draws, where the pipeline's negatives are drawn from scores.
 *
 * @param scores  the receiving end of the scores edge, where the pipeline has one
 * @throws {RangeError} unless the negatives are drawn where their plan says
 */
export async function wrongLabelsOf(
  { negatives, seed }: Pick<ResolvedPipeline, 'negatives' | 'seed'>,
  scores: ChannelReceiver | undefined,
): Promise<WrongLabels | undefined> {
  if (negatives === undefined || negatives.rejects === 'images') return undefined;
  const made = await make(negatives);
  const name = `negatives '${made.name}'`;
  if (negatives.asks === undefined) {
    must(made.drawnBy !== 'source', name, 'a plan with `asks` where the source draws', undefined);
    return undefined;
  }
  must(made.drawnBy === 'source', name, "drawn by 'source' where the plan has `asks`", made.drawnBy);
  if (scores === undefined) throw new TypeError(`${name} must be given a scores edge; got none`);
  return new WrongLabels(made, random(seed).fork('source').fork('negatives'), scores);
}
