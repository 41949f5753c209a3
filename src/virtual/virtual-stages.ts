import type { Arena } from '../core/arena.ts';
import type { OpKind, TraceEvent } from '../core/trace.ts';
import { type Microbatch, microbatchIn, rowsFor, type Shape } from '../data/microbatch.ts';
import { isDataset } from '../data/samples.ts';
import { Encoder } from '../ends/encoder.ts';
import { type Item, itinerary } from '../ends/itinerary.ts';
import { mustBeScored, scored } from '../ends/score.ts';
import { gradientOf } from '../graph/shapes.ts';
import type { Kernels } from '../kernels/kernel.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import { stagesOf } from '../simulation/engine/stages.ts';
import type { EndedOp, Onlooker } from '../simulation/onlooker.ts';
import type { ResolvedScenario } from '../simulation/scenario.ts';
import type { StagePlan } from '../threads/stage-plan.ts';
import { type Chain, head, type Kept } from '../work/chain.ts';
import { inPlace } from '../work/in-place.ts';
import { learned } from '../work/learned.ts';
import { emitWaits } from './virtual-timing.ts';

/** The stages of a pipeline, made on this thread. */
export interface Made {
  readonly plans: readonly Pick<StagePlan, 'stage' | 'layers'>[];
  readonly chains: readonly Chain[];
  /** what each layer is sent, and what leaves the last */
  readonly shapes: readonly Shape[];
  readonly arena: Arena;
  readonly kernels: Kernels;
}

/** What one stage holds. */
interface Desk {
  readonly chain: Chain;
  /** activities that have come and wait for F; gradients that wait for B */
  readonly inputs: Microbatch[];
  readonly gradients: Microbatch[];
  /** between F and B, and between B and W; what learns locally knows the first only */
  readonly forwarded: Kept[];
  readonly backed: Kept[];
  /** room for inputs and for gradients from above that is free */
  readonly spareInputs: Microbatch[];
  readonly spareGradients: Microbatch[];
  readonly input: Shape;
  readonly above: Shape;
  /** one microbatch for predictions on their way in */
  readonly passing: Microbatch;
  /** microbatches whose gradient is made, and those that an update has taken in */
  weighed: number;
  learned: number;
  held: number;
  /** rows whose gradient is made and waits for an update */
  waiting: number;
  /** of the op at hand */
  macs: number;
  loss: number | undefined;
  rows: number;
}

/** Carries out the ops of a simulation as they begin, and tells the trace as they end. */
export class VirtualStages implements Onlooker {
  /** nanoseconds of virtual time */
  clock: () => number = () => 0;
  private readonly pipeline: ResolvedPipeline;
  private readonly scenario: ResolvedScenario;
  private readonly made: Made;
  private readonly emit: (event: TraceEvent) => void;
  private readonly desks: readonly Desk[];
  private readonly exit: Microbatch;
  /** the stages of each device */
  private readonly stagesOn: readonly (readonly number[])[];
  private readonly encoder: Encoder;
  private readonly items: Iterator<Item>;
  /** predictions that wait until so many microbatches have been learned from */
  private readonly asked: { readonly item: Item; readonly after: number }[] = [];
  private taken = 0;
  private predictions = 0;

  constructor(
    pipeline: ResolvedPipeline,
    scenario: ResolvedScenario,
    made: Made,
    emit: (event: TraceEvent) => void,
  ) {
    const { arena, kernels, plans, chains } = made;
    this.pipeline = pipeline;
    this.scenario = scenario;
    this.made = made;
    this.emit = emit;
    this.desks = chains.map((chain, stage): Desk => {
      const { layers } = plans[stage];
      const { input } = layers[0];
      const above = gradientOf(layers[layers.length - 1].output);
      const queues = {
        inputs: [],
        gradients: [],
        forwarded: [],
        backed: [],
        spareInputs: [],
        spareGradients: [],
      };
      const sums = { weighed: 0, learned: 0, held: 0, waiting: 0, macs: 0, loss: undefined, rows: 0 };
      return { chain, ...queues, ...sums, input, above, passing: microbatchIn(arena, input) };
    });
    this.stagesOn = stagesOf(scenario).ofDevice;
    this.exit = microbatchIn(arena, made.shapes[made.shapes.length - 1]);
    this.encoder = new Encoder(pipeline, { arena, kernels });
    const [shape] = made.shapes;
    const rows = Math.min(shape.goodnessRows, rowsFor(shape, pipeline.predictBy));
    this.items = itinerary(pipeline, { rows, asked: rows });
  }

  begins(op: OpKind, stage: number, microbatch: number): void {
    const desk = this.desks[stage];
    // predictions that come before it are made now: their products are no part of the op
    const input = op === 'F' ? this.inputOf(desk, stage, microbatch) : undefined;
    const before = desk.chain.macs;
    const at = { stage, microbatch: op === 'U' ? desk.weighed - 1 : microbatch, op };
    inPlace(at, () => {
      if (input) this.forward(desk, stage, input);
      else if (op === 'B') this.backward(desk, stage);
      else if (op === 'W') this.gradient(desk);
      else this.update(desk);
    });
    desk.macs = desk.chain.macs - before;
  }

  ended({ op, stage, microbatch, start, end, read, written }: EndedOp): void {
    const desk = this.desks[stage];
    const { held, macs, rows, loss } = desk;
    const versions = this.scenario.schedule.stashes ? Math.max(1, written - read + (op === 'U' ? 0 : 1)) : 1;
    this.emit({
      ...{ kind: 'op', op, stage, purpose: 'learn', rows, start, end, read, written },
      // an update is told of the last microbatch that it takes in
      microbatch: op === 'U' ? desk.weighed - 1 : microbatch,
      ...{ versions, held, macs },
      ...(op === 'F' && loss !== undefined ? { loss } : {}),
    });
    if (op !== 'U') return;
    desk.learned = desk.weighed;
    this.predictWhatIsDue();
  }

  waited(device: number, why: number, start: number, end: number): void {
    emitWaits(this.stagesOn[device], why, start, end, this.emit);
  }

  /** After the last op: what is still asked for is predicted, and the weights are told. */
  finish(aborted: boolean): void {
    if (!aborted) {
      for (let next = this.items.next(); !next.done; next = this.items.next()) this.predict(next.value);
    }
    for (const [stage, chain] of this.made.chains.entries()) {
      const plan = this.made.plans[stage] as StagePlan;
      inPlace({ stage }, () => {
        for (const event of learned(plan, chain)) this.emit(event);
      });
    }
  }

  private inputOf(desk: Desk, stage: number, microbatch: number): Microbatch {
    return stage === 0 ? this.next(desk, microbatch) : (desk.inputs.shift() as Microbatch);
  }

  private forward(desk: Desk, stage: number, input: Microbatch): void {
    const kept = desk.chain.keep(input);
    const above = this.desks[stage + 1];
    const output = above && (above.spareInputs.pop() ?? microbatchIn(this.made.arena, above.input));
    desk.loss = desk.chain.forward(kept, output);
    if (desk.loss !== undefined && !Number.isFinite(desk.loss))
      throw new RangeError(`loss must be finite; got ${desk.loss}`);
    if (output) above.inputs.push(output);
    desk.forwarded.push(kept);
    desk.held += desk.chain.held(kept);
    desk.rows = input.rows;
  }

  private backward(desk: Desk, stage: number): void {
    const kept = desk.forwarded.shift() as Kept;
    const above = desk.gradients.shift();
    const below = this.desks[stage - 1];
    const room = below && (below.spareGradients.pop() ?? microbatchIn(this.made.arena, below.above));
    desk.chain.backward(kept, above, room && head(room, kept.input));
    if (room) below.gradients.push(room);
    if (above) desk.spareGradients.push(above);
    desk.backed.push(kept);
    desk.rows = kept.input.rows;
  }

  private gradient(desk: Desk): void {
    const kept = (desk.backed.shift() ?? desk.forwarded.shift()) as Kept;
    desk.chain.gradient(kept);
    desk.rows = kept.input.rows;
    desk.waiting += desk.rows;
    desk.weighed++;
    desk.held -= desk.chain.held(kept);
    desk.chain.giveBack(kept);
    desk.spareInputs.push(kept.input);
  }

  private update(desk: Desk): void {
    desk.chain.update();
    desk.rows = desk.waiting;
    desk.waiting = 0;
  }

  /** The next microbatch to learn from; predictions before it are made now, or when all before them is learned from. */
  private next(desk: Desk, sequence: number): Microbatch {
    for (let next = this.items.next(); !next.done; next = this.items.next()) {
      const item = next.value;
      if (item.purpose === 'learn') {
        const slot = desk.spareInputs.pop() ?? microbatchIn(this.made.arena, desk.input);
        slot.sequence = sequence;
        this.fill(slot, item);
        this.taken++;
        const rows = item.indices.length;
        const { epoch } = item;
        this.emit({
          kind: 'arrival',
          microbatch: sequence,
          purpose: 'learn',
          rows,
          epoch,
          start: this.clock(),
        });
        return slot;
      }
      if (item.of === 'running') this.predict(item);
      else this.asked.push({ item, after: this.taken });
    }
    throw new RangeError(`microbatches of the run must be as many as its samples make; got ${sequence + 1}`);
  }

  private predictWhatIsDue(): void {
    if (this.asked.length === 0) return;
    const done = Math.min(...this.desks.map(({ learned }) => learned));
    while (this.asked.length > 0 && this.asked[0].after <= done) {
      const { item } = this.asked.shift() as { item: Item };
      this.predict(item);
    }
  }

  private predict(item: Item): void {
    const { samples, epochs } = this.pipeline;
    const learned = isDataset(samples) ? epochs * samples.count : 0;
    const sequence = learned + this.predictions++;
    const { desks, exit } = this;
    const start = this.clock();
    const [{ passing }] = desks;
    passing.sequence = sequence;
    this.fill(passing, item);
    this.emit({
      ...{ kind: 'arrival', microbatch: sequence, purpose: item.purpose, epoch: item.epoch, start },
      rows: item.indices.length,
    });
    for (const [stage, { chain, passing: from }] of desks.entries()) {
      const to = desks[stage + 1]?.passing ?? exit;
      inPlace({ stage, microbatch: sequence, op: 'F' }, () => chain.predict(from, to));
    }
    inPlace({ stage: 'sink', microbatch: sequence }, () => mustBeScored(exit));
    const { of, epoch } = item as { of: 'running' | 'held' | 'test'; epoch: number };
    this.emit(scored(exit, { of, epoch, start }));
  }

  private fill(slot: Microbatch, item: Item): void {
    inPlace({ stage: 'source', microbatch: slot.sequence }, () => this.encoder.fill(slot, item));
  }
}
