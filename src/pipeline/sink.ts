import type { Subscription } from 'rxjs';
import { wallNanoseconds } from '../core/clock.ts';
import { matrix } from '../core/matrix.ts';
import { argmax } from '../core/rows.ts';
import type { PredictionEvent } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { type LinkEnd, LinkReceiver } from './link.ts';

/** Takes predictions off the last link and compares them with the truth. */
export class Sink {
  private readonly link: LinkReceiver;
  private readonly origin: number;
  private readonly scored: (event: PredictionEvent) => void;
  private readonly isTest: (microbatch: number) => boolean;
  private subscription: Subscription | undefined;

  /** @param isTest  whether this microbatch was of the test set */
  constructor(
    exit: LinkEnd,
    origin: number,
    isTest: (microbatch: number) => boolean,
    scored: (event: PredictionEvent) => void,
  ) {
    this.link = new LinkReceiver(exit);
    this.origin = origin;
    this.isTest = isTest;
    this.scored = scored;
  }

  /** @param complete  called once everything sent has been scored */
  start(complete: () => void): void {
    this.subscription = this.link.microbatches.subscribe({
      next: (microbatch) => {
        this.scored(this.score(microbatch));
        this.link.giveBack();
        this.doze();
      },
      complete,
    });
    this.doze();
  }

  release(): void {
    this.subscription?.unsubscribe();
    this.link.release();
  }

  private doze(): void {
    while (this.link.sleep()) if (!this.link.poll()) return;
  }

  private score({ sequence, purpose, rows, labels, scores, shape }: Microbatch): PredictionEvent {
    const table = matrix(rows, shape.classes, scores);
    const predicted = Uint8Array.from({ length: rows }, (_, row) => argmax(table, row));
    const correct = predicted.reduce((sum, label, row) => sum + (label === labels[row] ? 1 : 0), 0);
    const start = wallNanoseconds() - this.origin;
    const of = this.isTest(sequence) ? 'test' : 'running';
    return { kind: 'prediction', microbatch: sequence, purpose, of, rows, correct, predicted, start };
  }
}
