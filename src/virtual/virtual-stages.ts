import { below, under } from '../core/state.ts';
import type { OpKind, PredictionOf } from '../core/trace.ts';
import { type Microbatch, rowsFor } from '../data/microbatch.ts';
import type { Encoder } from '../ends/encoder.ts';
import { type Item, itinerary } from '../ends/itinerary.ts';
import { timesOf } from '../ends/line-feed.ts';
import { mustBeScored, scored } from '../ends/score.ts';
import { sourceState } from '../ends/source.ts';
import { stagesByDevice } from '../graph/graph.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { EndedOp, Onlooker, Outside } from '../simulation/onlooker.ts';
import type { Assembly } from '../work/assembly.ts';
import type { Chain } from '../work/chain.ts';
import type { ChannelReceiver, ChannelSender } from '../work/channels/channel.ts';
import { StageChannels } from '../work/channels/stage-channels.ts';
import type { Checkpoints } from '../work/checkpoints/checkpoints.ts';
import { inPlace } from '../work/in-place.ts';
import { learned } from '../work/learned.ts';
import { type OpDone, opEvent } from '../work/op-done.ts';
import { Stage } from '../work/stage.ts';
import type { StagePlan } from '../work/stage-plan.ts';
import { SettledPredictions } from './settled-predictions.ts';
import { shareKept } from './share-kept.ts';
import { VirtualChannels } from './virtual-channels.ts';
import { VirtualLine } from './virtual-line.ts';
import { emitWaits } from './virtual-timing.ts';

/** The stages of a pipeline, made on this thread. */
export interface Made extends Workplace {
  readonly plans: readonly StagePlan[];
  readonly chains: readonly Chain[];
  readonly encoder: Encoder;
}

/** A stage, and what its op at hand did. */
interface Desk {
  readonly stage: Stage;
  done: OpDone | undefined;
  /** microbatches that an update has taken in */
  learned: number;
}

/** Carries out the ops of a simulation as they begin, and tells the trace as they end. */
export class VirtualStages implements Onlooker {
  /** nanoseconds of virtual time */
  clock: () => number = () => 0;
  private readonly assembly: Assembly;
  private readonly made: Made;
  private readonly checkpoints: Checkpoints;
  private readonly desks: readonly Desk[];
  private readonly edges: VirtualChannels['edges'];
  private readonly entry: ChannelSender;
  private readonly exit: ChannelReceiver;
  private readonly stagesOn: readonly (readonly number[])[];
  private readonly items: Iterator<Item>;
  /** where microbatches come from, where not from a closed loop */
  readonly line: VirtualLine | undefined;
  /** predictions that wait until so many microbatches have been learned from */
  private readonly asked: { readonly item: Item; readonly after: number }[] = [];
  /** what came out last */
  private predicted: Microbatch | undefined;
  /** predictions of layers that settle */
  private readonly settled: SettledPredictions | undefined;
  private taken = 0;
  private predictions = 0;

  constructor(assembly: Assembly, made: Made, checkpoints: Checkpoints) {
    const { pipeline, graph, schedule, layers } = assembly;
    const { arena, plans, chains } = made;
    this.assembly = assembly;
    this.made = made;
    this.checkpoints = checkpoints;
    const channels = new VirtualChannels(assembly, arena, () => this.clock());
    this.edges = channels.edges;
    this.desks = plans.map((plan, i) => {
      const joined = new StageChannels(channels.endsOf(i), plan.last, schedule.gradientDelay);
      joined.listen(() => {});
      return {
        stage: new Stage(plan, chains[i], schedule, joined, ({ count, state }) =>
          checkpoints.fromStage(i, count, state),
        ),
        done: undefined,
        learned: 0,
      };
    });
    this.settled = SettledPredictions.of(assembly, arena, chains);
    this.entry = channels.entry;
    this.exit = channels.exit;
    // only noted: what a subscriber throws would be nobody's
    this.exit.microbatches.subscribe((microbatch) => {
      this.predicted = microbatch;
    });
    this.stagesOn = stagesByDevice(graph);
    const [shape] = layers.shapes;
    const rows = Math.min(shape.goodnessRows, rowsFor(shape, pipeline.predictBy));
    this.items = itinerary(pipeline, { rows, asked: rows }, assembly.from?.microbatch);
    this.line = VirtualLine.of(
      assembly,
      { rows, asked: rows },
      () => this.clock(),
      (item) => this.made.encoder.whyUnusable(item),
    );
    if (assembly.from) this.made.encoder.restore(below(below(assembly.from.state, 'source'), 'encoder'));
  }

  /** the edges that lose something, for the simulation */
  get lossy(): Outside['lossy'] {
    return this.edges?.lossy;
  }

  /** The share of its microbatch that the op of a stage at hand is of. */
  keptBy(stage: number): number {
    return shareKept(this.assembly, this.desks[stage].done as OpDone);
  }

  begins(op: OpKind, stage: number, microbatch: number): void {
    // predictions that come before it are made now: their products are no part of the op
    const desk = this.desks[stage];
    if (op === 'F' && stage === 0 && !desk.stage.channels.busy) this.feed(microbatch);
    desk.done = this.carryOut(stage, microbatch, op, false);
  }

  ended({ stage, start, end }: EndedOp): void {
    const done = this.desks[stage].done as OpDone;
    this.assembly.emit(opEvent(done, start, end));
    this.edges?.tell(this.assembly.emit);
    this.line?.look();
    if (done.op !== 'U') return;
    this.desks[stage].learned = done.microbatch + 1;
    this.predictWhatIsDue();
  }

  waited(device: number, why: number, start: number, end: number): void {
    emitWaits(this.stagesOn[device], why, start, end, this.assembly.emit);
  }

  /** After the last op: what is still asked for is predicted, and the weights are told. */
  finish(aborted: boolean): void {
    // those behind which nothing came that could be learned from
    const left = aborted ? [] : (this.line?.take() ?? []);
    for (const item of left) if (item.purpose !== 'learn') this.predict(item);
    this.line?.close();
    if (!aborted) {
      if (this.line === undefined)
        for (let next = this.items.next(); !next.done; next = this.items.next()) this.predict(next.value);
      this.tellSource(this.taken);
      for (const { stage } of this.desks) stage.tellLastState();
    }
    for (const [stage, chain] of this.made.chains.entries()) {
      inPlace({ stage }, () => {
        for (const event of learned(this.made.plans[stage], chain)) this.assembly.emit(event);
      });
    }
  }

  private carryOut(stage: number, microbatch: number, op: OpKind, overtakes: boolean): OpDone {
    const { stage: work } = this.desks[stage];
    return inPlace({ stage, microbatch, op }, () => {
      work.channels.look();
      return work.take({ op, chunk: 0, overtakes });
    });
  }

  /** Sends the next microbatch to learn from; predictions before it are made now, or when all before them is learned from. */
  private feed(sequence: number): void {
    if (this.line) {
      for (const item of this.line.take()) {
        if (item.purpose === 'learn') {
          this.send(item, sequence);
          // now, before the line looks for what comes next: its state is that behind this microbatch
          this.tellSource(++this.taken);
        } else this.predict(item);
      }
      return;
    }
    for (let next = this.items.next(); !next.done; next = this.items.next()) {
      const item = next.value;
      if (item.purpose === 'learn') {
        this.tellSource(this.taken++);
        this.send(item, sequence);
        return;
      }
      if (item.of === 'running') this.predict(item);
      else this.asked.push({ item, after: this.taken });
    }
    throw new RangeError(`microbatches of the run must be as many as its samples make; got ${sequence + 1}`);
  }

  /** Before a microbatch is filled, the state of the source is that of a checkpoint behind all those before it. */
  private tellSource(taken: number): void {
    const { from, checkpointEvery } = this.assembly;
    if (checkpointEvery === undefined) return;
    const learned = (from?.microbatch ?? 0) + taken;
    const line = this.line && under('line', this.line.state());
    this.checkpoints.fromSource(learned, { ...sourceState(learned, learned, this.made.encoder), ...line });
  }

  private predictWhatIsDue(): void {
    if (this.asked.length === 0) return;
    const done = Math.min(...this.desks.map(({ learned }) => learned));
    while (this.asked.length > 0 && this.asked[0].after <= done) {
      this.predict((this.asked.shift() as { item: Item }).item);
    }
  }

  private predict(item: Item): void {
    const sequence = this.assembly.microbatches + this.predictions++;
    const settles = item.purpose === 'goodness' ? this.settled : undefined;
    const settled = settles?.predict((slot) => this.fill(item, sequence, slot));
    const out = settled ?? this.passThrough(item, sequence);
    inPlace({ stage: 'sink', microbatch: sequence }, () => mustBeScored(out));
    const why = { of: out.reason as PredictionOf, epoch: out.epoch, start: this.clock() };
    this.assembly.emit(scored(out, why, this.assembly.withScores));
    if (settled === undefined) this.exit.giveBack();
  }

  private passThrough(item: Item, sequence: number): Microbatch {
    this.send(item, sequence);
    for (const stage of this.desks.keys()) this.carryOut(stage, sequence, 'F', true);
    this.exit.poll();
    return this.predicted as Microbatch;
  }

  private send(item: Item, sequence: number): void {
    const slot = this.entry.claim();
    if (slot === undefined) throw new Error('a channel without a bound must have a slot; got none');
    this.fill(item, sequence, slot);
    this.entry.send();
  }

  private fill(item: Item, sequence: number, slot: Microbatch): void {
    slot.sequence = sequence;
    const unusable = inPlace({ stage: 'source', microbatch: sequence }, () =>
      this.made.encoder.fill(slot, item),
    );
    slot.intended = item.intended?.at(-1) ?? 0;
    const { rows } = slot;
    const came = item.intended && {
      intended: timesOf(item, item.intended, slot),
      ids: slot.ids.slice(0, rows),
    };
    this.line?.sent(item, rows, unusable);
    const { purpose, epoch } = item;
    const start = this.clock();
    this.assembly.emit({ kind: 'arrival', microbatch: sequence, purpose, rows, epoch, ...came, start });
  }
}
