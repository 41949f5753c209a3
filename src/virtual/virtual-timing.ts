import type { OpKind, TraceEvent } from '../core/trace.ts';
import { stagesByDevice } from '../graph/graph.ts';
import { epochOf, rowsOf } from '../pipeline/length.ts';
import { BLOCKED, STARVED } from '../simulation/engine/tally.ts';
import type { EndedOp, Onlooker, Outside } from '../simulation/onlooker.ts';
import type { Assembly } from '../work/assembly.ts';
import { type Passing, VirtualEdges } from './virtual-edges.ts';
import type { VirtualLine } from './virtual-line.ts';

/** Tells the trace what a simulation does in which nothing is learned: ops and waits, no losses, no predictions, no weights. */
export class VirtualTiming implements Onlooker {
  private readonly assembly: Pick<Assembly, 'pipeline' | 'emit'>;
  /** the stages of each device */
  private readonly stagesOn: readonly (readonly number[])[];
  /** microbatches whose gradient is made and that no update has taken in [stages] */
  private readonly waiting: number[][] = [];
  /** where microbatches come from, where not from a closed loop */
  line: VirtualLine | undefined;
  /** the microbatch of fewer samples than others with which a line ends */
  private short = { microbatch: -1, rows: 0 };

  /** the edges that lose something; then a stage's n-th microbatch need not be the n-th that went in */
  private readonly edges: VirtualEdges<Passing> | undefined;
  /** what comes to each stage next, and what its ops are about, by their count; where some edge loses something [stages] */
  private readonly coming: Passing[][];
  private readonly named: Map<number, Passing>[];

  /** @param clock  nanoseconds of virtual time */
  constructor(assembly: Assembly, clock: () => number) {
    this.assembly = assembly;
    this.stagesOn = stagesByDevice(assembly.graph);
    this.coming = assembly.graph.stages.map(() => []);
    this.named = assembly.graph.stages.map(() => new Map());
    const onward = (one: Passing, into: number): void => void this.coming[into].push(one);
    this.edges = VirtualEdges.of<Passing>(assembly, { onward }, clock);
  }

  /** the edges that lose something, for the simulation */
  get lossy(): Outside['lossy'] {
    return this.edges?.lossy;
  }

  begins(op: OpKind, stage: number, count: number): void {
    if (this.edges === undefined || op !== 'F') return;
    const one = this.coming[stage].shift() as Passing;
    this.named[stage].set(count, one);
    if (!this.edges.begin(one, stage + 1)) this.coming[stage + 1]?.push(one);
  }

  entered(_path: number, microbatch: number, start: number): void {
    const { pipeline } = this.assembly;
    if (this.line) {
      this.enteredFrom(this.line, microbatch, start);
      return;
    }
    const epoch = epochOf(pipeline, microbatch);
    this.assembly.emit({
      kind: 'arrival',
      microbatch,
      purpose: 'learn',
      rows: rowsOf(pipeline, microbatch),
      epoch,
      start,
    });
  }

  private enteredFrom(line: VirtualLine, microbatch: number, start: number): void {
    for (const item of line.take()) {
      const { purpose, indices, epoch, intended } = item;
      const rows = indices.length;
      line.sent(item, rows, []);
      if (purpose !== 'learn') continue;
      if (this.edges) this.coming[0].push({ sequence: microbatch, rows, intended: intended?.at(-1) ?? 0 });
      if (rows < this.assembly.pipeline.microbatch) this.short = { microbatch, rows };
      const ids = Float64Array.from(indices);
      const came = intended && { intended, ids };
      this.assembly.emit({ kind: 'arrival', microbatch, purpose, rows, epoch, ...came, start });
    }
  }

  private rowsOf(stage: number, microbatch: number): number {
    const { short, assembly } = this;
    const named = this.named[stage].get(microbatch);
    if (named) return named.rows;
    return microbatch === short.microbatch ? short.rows : rowsOf(assembly.pipeline, microbatch);
  }

  ended({ op, stage, microbatch, start, end, read, written }: EndedOp): void {
    this.waiting[stage] ??= [];
    const waiting = this.waiting[stage];
    if (op === 'W') waiting.push(microbatch);
    // an update is told of all the samples that it takes in, and of their last microbatch
    const of = op === 'U' ? waiting.splice(0) : [microbatch];
    const rows = of.reduce((sum, one) => sum + this.rowsOf(stage, one), 0);
    const last = of[of.length - 1];
    const { sequence = last } = this.named[stage].get(last) ?? {};
    if (op === 'U') for (const one of of) this.named[stage].delete(one);
    this.assembly.emit({
      ...{ kind: 'op', op, stage, purpose: 'learn', rows, start, end, read, written },
      microbatch: sequence,
      ...{ versions: 1, held: 0, macs: 0 },
    });
    this.edges?.tell(this.assembly.emit);
    this.line?.look();
  }

  waited(device: number, why: number, start: number, end: number): void {
    emitWaits(this.stagesOn[device], why, start, end, this.assembly.emit);
  }
}

/** A device waits with all its stages; waiting for a message under way is no wait of the trace. */
export function emitWaits(
  stages: readonly number[],
  why: number,
  start: number,
  end: number,
  emit: (event: TraceEvent) => void,
): void {
  if (why !== STARVED && why !== BLOCKED) return;
  for (const stage of stages) emit({ kind: why === BLOCKED ? 'blocked' : 'starved', stage, start, end });
}
