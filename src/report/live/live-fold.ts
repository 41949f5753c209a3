import type { OpEvent, TraceEvent } from '../../core/trace.ts';
import { layerFigures } from '../../measures/layer-figures.ts';
import type { LiveFrame, LiveOp, LiveStage } from './frame.ts';

/** ops that a frame tells of at most */
const opsAtMost = 48;
/** frames over which the throughput is taken */
const span = 4;

type Told = 'stages' | 'ops' | 'opsInAll' | 'samplesPerSecond' | 'samples' | 'layers';
type Parts = { -readonly [K in keyof LiveStage]: number };

/** What a live frame says of the trace between two looks. Its memory does not grow with the run. */
export class LiveFold {
  readonly #stages: Parts[] = [];
  /** the last ops, in turns */
  readonly #ops: OpEvent[] = [];
  #opsInAll = 0;
  /** samples that the last stage has learned from */
  #learned = 0;
  /** of the last frames: [seconds, learned], oldest first */
  readonly #looks: (readonly [number, number])[] = [];
  #last = 0;
  readonly #layers = layerFigures();

  add(event: TraceEvent): void {
    this.#layers.add(event);
    if (event.kind === 'start') this.#last = event.stages - 1;
    if (event.kind !== 'op' && event.kind !== 'starved' && event.kind !== 'blocked') return;
    this.#stages[event.stage] ??= { busy: 0, starved: 0, blocked: 0 };
    this.#stages[event.stage][event.kind === 'op' ? 'busy' : event.kind] += event.end - event.start;
    if (event.kind !== 'op') return;
    this.#ops[this.#opsInAll++ % opsAtMost] = event;
    if (event.op === 'U' && event.stage === this.#last && !event.again) this.#learned += event.rows;
  }

  /**
   * What has happened since the look before.
   *
   * @param seconds  since the run began
   */
  look(seconds: number): Pick<LiveFrame, Told> {
    const looks = this.#looks;
    const [before, learned] = looks[0] ?? [0, 0];
    looks.push([seconds, this.#learned]);
    if (looks.length > span) looks.shift();
    const taken = {
      stages: Array.from(this.#stages, shares),
      ops: this.#ops.toSorted((a, b) => a.end - b.end).map(briefly),
      opsInAll: this.#opsInAll,
      samples: this.#learned,
      layers: this.#layers.value(),
      samplesPerSecond: seconds > before ? (this.#learned - learned) / (seconds - before) : 0,
    };
    for (const stage of this.#stages) if (stage) Object.assign(stage, { busy: 0, starved: 0, blocked: 0 });
    this.#ops.length = 0;
    this.#opsInAll = 0;
    return taken;
  }
}

function shares(parts: Parts | undefined): LiveStage {
  const { busy, starved, blocked } = parts ?? { busy: 0, starved: 0, blocked: 0 };
  const sum = busy + starved + blocked;
  return sum > 0
    ? { busy: busy / sum, starved: starved / sum, blocked: blocked / sum }
    : { busy, starved, blocked };
}

function briefly({ op, stage, microbatch, purpose }: OpEvent): LiveOp {
  return { op, stage, microbatch, learns: purpose === 'learn' };
}
