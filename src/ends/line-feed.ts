import { must } from '../core/check.ts';
import { random } from '../core/random.ts';
import { arrayIn, below, type State, under } from '../core/state.ts';
import type { LossReason, LostEvent, TallyEvent } from '../core/trace.ts';
import type { SampleStream } from '../data/endless.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { blocks } from '../data/microbatches.ts';
import { microbatchesOf } from '../pipeline/length.ts';
import type { ResolvedLine, ResolvedPipeline } from '../pipeline/resolved.ts';
import type { Feed } from './feed.ts';
import { type Arrived, Ingress } from './ingress.ts';
import type { Item, Room } from './itinerary.ts';
import type { Pace } from './steering.ts';

/** nanoseconds between two tallies */
const second = 1e9;

/**
 * What an open line sends, as it comes: each microbatch to be predicted at once, where the pipeline is prequential, and to be
 * learned from when its labels have come.
 */
export class LineFeed implements Feed {
  private readonly pipeline: ResolvedPipeline;
  private readonly room: Room;
  private readonly ingress: Ingress;
  private readonly items: Item[] = [];
  /** predicted, and their labels have yet to come */
  private readonly unlabelled: Arrived[] = [];
  private readonly tell: (event: LostEvent | TallyEvent) => void;
  /** samples that were sent to be learned from, and those that were lost */
  private learning = 0;
  private dropped = 0;
  /** samples to be learned from that were given out and have not been sent */
  private inHand = 0;
  private tallyAt: number;

  /**
   * @param tell   takes what is lost, and where all is
   * @param origin  when the line begins, in nanoseconds since the run began
   * @param state  as `state()` gave it: goes on from there
   * @param pace   by which samples come faster or slower than planned; left out, as planned
   */
  constructor(
    pipeline: LinePipeline,
    room: Room,
    tell: (event: LostEvent | TallyEvent) => void,
    origin: number,
    { state, pace }: { readonly state?: State | undefined; readonly pace?: Pace | undefined } = {},
  ) {
    const { line, samples, microbatch: size, seed } = pipeline;
    this.pipeline = pipeline;
    this.room = room;
    this.tell = tell;
    this.tallyAt = origin + second;
    if (state) this.restore(state);
    this.ingress = new Ingress({
      ...{ line, size, origin, pace, live: (samples as SampleStream).live },
      random: random(seed).fork('line'),
      state: state && below(state, 'ingress'),
      atMost: microbatchesOf(pipeline),
      lost: ({ rows, reason, at }) => this.lose(rows, reason, at),
    });
  }

  next(now: number): Item | undefined {
    while (this.items.length === 0) {
      const arrived = this.ingress.take(now);
      if (arrived !== undefined) this.admit(arrived);
      else if (this.ingress.ended && this.unlabelled.length > 0) this.learnOldest();
      else return undefined;
    }
    const item = this.items.shift() as Item;
    if (item.purpose === 'learn') this.inHand += item.indices.length;
    return item;
  }

  sent(item: Item, rows: number, unusable: readonly LossReason[], now: number): void {
    if (item.purpose !== 'learn') return;
    this.inHand -= item.indices.length;
    this.learning += rows;
    for (const reason of new Set(unusable))
      this.lose(unusable.filter((one) => one === reason).length, reason, now);
  }

  look(now: number, takes: boolean): number {
    for (; this.tallyAt <= now; this.tallyAt += second) this.tally(this.tallyAt);
    return takes ? Math.min(this.tallyAt, this.readyAt) : this.tallyAt;
  }

  close(now: number): void {
    this.tally(now);
    (this.pipeline.samples as SampleStream).live?.close();
  }

  /** when there may be a next item: 0 now, Infinity where it is not known when */
  get readyAt(): number {
    if (this.items.length > 0 || (this.ingress.ended && this.unlabelled.length > 0)) return 0;
    return this.ingress.readyAt;
  }

  get ended(): boolean {
    const { items, unlabelled, ingress } = this;
    return items.length === 0 && unlabelled.length === 0 && ingress.ended && ingress.waiting === 0;
  }

  private tally(at: number): void {
    this.ingress.advance(at);
    const { learning: sent, dropped, ingress } = this;
    const held = this.items.find(({ purpose }) => purpose === 'learn')?.indices.length ?? 0;
    const waiting = ingress.waiting + rowsIn(this.unlabelled) + held + this.inHand;
    this.tell({ kind: 'tally', offered: ingress.offered, sent, dropped, waiting, start: at });
  }

  private lose(rows: number, reason: LossReason, start: number): void {
    this.dropped += rows;
    this.tell({ kind: 'lost', rows, reason, start });
  }

  /** Where it stands; what waits in the queue comes again. */
  state(): State {
    return {
      counts: Float64Array.of(this.learning, this.dropped),
      ...under('ingress', this.ingress.state()),
      unlabelled: Float64Array.from(this.unlabelled.flatMap(({ first, rows }) => [first, rows])),
      intended: Float64Array.from(this.unlabelled.flatMap(({ intended }) => [...intended])),
    };
  }

  private restore(state: State): void {
    const { unlabelled, intended } = state;
    [this.learning, this.dropped] = arrayIn(state, 'counts', 2);
    must(unlabelled !== undefined && intended !== undefined, 'state of a line', 'whole', Object.keys(state));
    let at = 0;
    for (let i = 0; i < unlabelled.length; i += 2) {
      const [first, rows] = unlabelled.subarray(i, i + 2);
      this.unlabelled.push({ first, rows, intended: Float64Array.from(intended.subarray(at, at + rows)) });
      at += rows;
    }
  }

  private admit(arrived: Arrived): void {
    const { prequential, predictBy, labelDelay, samples } = this.pipeline;
    if (prequential) {
      let row = 0;
      for (const indices of blocks(indicesOf(arrived), this.room.rows)) {
        const intended = arrived.intended.subarray(row, row + indices.length);
        this.items.push({ purpose: predictBy, of: 'running', from: samples, indices, epoch: 0, intended });
        row += indices.length;
      }
    }
    this.unlabelled.push(arrived);
    if (this.unlabelled.length > labelDelay) this.learnOldest();
  }

  private learnOldest(): void {
    const arrived = this.unlabelled.shift() as Arrived;
    const { intended } = arrived;
    const from = this.pipeline.samples;
    this.items.push({
      purpose: 'learn',
      of: 'samples',
      from,
      indices: indicesOf(arrived),
      epoch: 0,
      intended,
    });
  }
}

/** A pipeline with an open line. */
type LinePipeline = ResolvedPipeline & { readonly line: ResolvedLine };

export function isOpenLine(pipeline: ResolvedPipeline): pipeline is LinePipeline {
  return pipeline.line !== undefined;
}

/** When the samples that are in the slot were to come: those that could not be used are not among them. */
export function timesOf({ indices }: Item, intended: Float64Array, { ids, rows }: Microbatch): Float64Array {
  if (rows === indices.length) return intended;
  const used = new Set(ids.subarray(0, rows));
  return intended.filter((_, row) => used.has(indices[row]));
}

function indicesOf({ first, rows }: Arrived): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => first + row);
}

function rowsIn(arrived: readonly Arrived[]): number {
  return arrived.reduce((sum, { rows }) => sum + rows, 0);
}
