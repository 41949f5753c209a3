import { lastValueFrom, tap } from 'rxjs';
import { wallNanoseconds } from '../../../extend.ts';
import {
  type Dataset,
  dataset,
  inline,
  type Runtime,
  run,
  type TraceEvent,
  workers,
} from '../../../index.ts';
import { weightsHash } from '../../../report.ts';
import { type Digits, unpacked } from './digits.ts';
import { Means } from './means.ts';
import type { Ask, Handicap, Tell } from './messages.ts';
import { type Choices, layers, microbatch, networkOf, noisy, predictor } from './network.ts';

type Weights = NonNullable<Parameters<typeof predictor>[2]>;
type Checkpoint = Extract<TraceEvent, { kind: 'checkpoint' }>;

/** The network in the page's worker: learns, is paused, goes on, and predicts. */
export class Learner {
  private readonly tell: (told: Tell) => void;
  private readonly isolated: boolean;
  private digits: Digits | undefined;
  private choices: Choices = { epochs: 1, seed: 1 };
  private weights: Weights | undefined;
  private checkpoint: Checkpoint | undefined;
  private stop: AbortController | undefined;
  /** seconds of learning so far */
  private seconds = 0;

  /** @param isolated  whether memory may be shared with other workers: then each layer has one of its own */
  constructor(isolated: boolean, tell: (told: Tell) => void) {
    this.isolated = isolated;
    this.tell = tell;
  }

  async do(asked: Ask): Promise<void> {
    if (asked.ask === 'load') this.load(asked.digits);
    else if (asked.ask === 'learn') await this.learn(asked);
    else if (asked.ask === 'pause') this.stop?.abort();
    else if (asked.ask === 'predict') await this.predict(asked.pixels, asked);
    else await this.test(asked);
  }

  private load(text: string): void {
    this.digits = unpacked(text);
    const { images, labels } = this.digits.test;
    const runtime = this.isolated
      ? `${layers.length} Web Workers, a layer each, over shared memory`
      : 'one Web Worker, its layers in turn, for this page may not share memory';
    this.tell({ tell: 'loaded', test: images as Uint8Array, labels: labels as Uint8Array, runtime });
  }

  private get runtime(): Runtime {
    return this.isolated ? workers({ count: layers.length }) : inline();
  }

  private async learn({ epochs, seed }: Choices): Promise<void> {
    if (this.digits === undefined || this.stop !== undefined) return;
    this.choices = { epochs, seed };
    const pipeline = networkOf(this.digits, this.choices);
    const stop = new AbortController();
    this.stop = stop;
    const means = new Means(10, this.checkpoint?.microbatch ?? 0, (points) =>
      this.tell({ tell: 'learning', points }),
    );
    const correct = new Map<number, { right: number; rows: number }>();
    const learned: Weights[] = [];
    const from = this.checkpoint;
    let began = wallNanoseconds();
    const events = run(pipeline, this.runtime, {
      ...{ signal: stop.signal, checkpointEvery: Number.POSITIVE_INFINITY },
      ...(from && { from }),
    });
    const hear = (event: TraceEvent): void => {
      if (event.kind === 'start') began = wallNanoseconds();
      else if (event.kind === 'op' && event.layers) means.add(event.layers);
      else if (event.kind === 'prediction' && event.of === 'held') {
        const known = correct.get(event.epoch) ?? { right: 0, rows: 0 };
        known.right += event.correct;
        known.rows += event.rows;
        correct.set(event.epoch, known);
        if (known.rows === pipeline.heldOut?.samples.count)
          this.tell({ tell: 'accuracy', epoch: event.epoch, accuracy: known.right / known.rows });
      } else if (event.kind === 'weights') learned[event.layer] = event.parameters as Weights;
      else if (event.kind === 'checkpoint') this.checkpoint = event;
    };
    try {
      await lastValueFrom(events.pipe(tap(hear)), { defaultValue: undefined });
    } finally {
      this.stop = undefined;
    }
    means.flush();
    this.seconds += (wallNanoseconds() - began) / 1e9;
    this.weights = learned.flat();
    const total = (epochs * this.digits.train.count) / microbatch;
    const complete = !stop.signal.aborted || this.checkpoint?.microbatch === total;
    const at = complete ? total : (this.checkpoint?.microbatch ?? 0);
    const hash = weightsHash(this.weights);
    this.tell({ tell: 'stopped', complete, seconds: this.seconds, microbatch: at, hash });
  }

  /** Predicts one picture by each layer alone: together they say what the network says. */
  private async predict(pixels: Uint8Array, handicap: Handicap): Promise<void> {
    const one = noisy(
      dataset({ name: 'drawing', width: 784, classes: 10, images: pixels, labels: Uint8Array.of(0) }),
      handicap.noise,
      this.choices.seed,
    );
    const all: number[][] = [];
    for (const by of layers.keys()) {
      const { scores } = await this.predicted(one, handicap, by);
      all.push([...scores]);
    }
    this.tell({ tell: 'prediction', layers: all, pixels: one.images as Uint8Array });
  }

  private async test(handicap: Handicap): Promise<void> {
    if (this.digits === undefined) return;
    const { silenced, noise } = handicap;
    const samples = noisy(this.digits.test, noise, this.choices.seed);
    const { correct } = await this.predicted(samples, handicap);
    this.tell({ tell: 'tested', accuracy: correct / samples.count, silenced, noise });
  }

  private async predicted(
    test: Dataset,
    { silenced }: Handicap,
    by?: number,
  ): Promise<{ scores: Float32Array; correct: number }> {
    if (this.digits === undefined || this.weights === undefined)
      throw new Error('a network must have learned before it predicts; got none');
    const pipeline = predictor(networkOf(this.digits, this.choices), test, this.weights, { silenced, by });
    let correct = 0;
    let scores = new Float32Array(0);
    await lastValueFrom(
      run(pipeline, inline({ stages: 1 }), { withScores: true }).pipe(
        tap((event) => {
          if (event.kind !== 'prediction') return;
          correct += event.correct;
          if (event.scores) scores = Float32Array.from(event.scores);
        }),
      ),
    );
    return { scores, correct };
  }
}
