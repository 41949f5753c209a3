import type { LiveEdge, LiveFrame, LiveOp, LiveStage } from '../../report/live/frame.ts';
import { byId, make, say, wantsStillness } from './dom.ts';

/** microbatches drawn on an edge a frame; what flows faster is counted in words */
const dotsAtMost = 3;
/** slots of an edge that are drawn; where there are more, the number alone tells */
const slotsAtMost = 10;

const parts = ['busy', 'starved', 'blocked'] as const;

/** The pipeline as boxes joined by edges, with microbatches on their way. */
export class PipelineView {
  private readonly root = byId('pipeline');
  private readonly note = byId('flow-note');
  private stages: StageBox[] = [];
  private edges: EdgeBox[] = [];

  show({ stages, edges, ops, opsInAll }: LiveFrame): void {
    // before the first op the edges alone say how many stages there are
    const count = Math.max(stages.length, edges.length - 1);
    if (count !== this.stages.length || (edges.length > 0 && edges.length !== this.edges.length))
      this.build(count, edges.length);
    for (const [i, stage] of stages.entries())
      this.stages[i].show(
        stage,
        ops.findLast((op) => op.stage === i),
      );
    for (const [i, edge] of edges.entries()) this.edges[i].show(edge);
    this.flow(ops, count);
    const shown =
      ops.length < opsInAll ? `; ${ops.length} of ${opsInAll} ops of the last moment are drawn` : '';
    say(
      this.note,
      `F forward, B input gradient, W weight gradient, U update. ● to learn from, ◇ to predict, ■ gradient${shown}.`,
    );
  }

  private build(stages: number, edges: number): void {
    this.stages = Array.from({ length: stages }, (_, i) => new StageBox(i));
    this.edges = Array.from({ length: edges > 0 ? stages + 1 : 0 }, () => new EdgeBox());
    const row: Node[] = [make('div', { className: 'end', text: 'source' })];
    for (const [i, stage] of this.stages.entries()) {
      row.push(this.edges[i]?.element ?? make('div', { className: 'edge' }), stage.element);
    }
    row.push(
      this.edges[stages]?.element ?? make('div', { className: 'edge' }),
      make('div', { className: 'end', text: 'sink' }),
    );
    this.root.replaceChildren(...row);
  }

  /** Microbatches leave a stage with its F, upward; gradients with its B, downward. */
  private flow(ops: readonly LiveOp[], stages: number): void {
    if (wantsStillness()) return;
    for (let stage = 0; stage < stages; stage++) {
      const own = ops.filter((op) => op.stage === stage);
      const ups = own.filter(({ op }) => op === 'F').slice(-dotsAtMost);
      const downs = own.filter(({ op }) => op === 'B').slice(-dotsAtMost);
      this.edges[stage + 1]?.move(ups, false);
      // what went into the first stage came from the source
      if (stage === 0) this.edges[0]?.move(ups, false);
      if (stage > 0) this.edges[stage]?.move(downs, true);
    }
  }
}

class StageBox {
  readonly element: HTMLElement;
  private readonly op = make('p', { className: 'op', text: '–' });
  private readonly bars = parts.map((part) => make('span', { className: part }));
  private readonly words = parts.map(() => make('span', { className: 'share', text: '–' }));

  constructor(stage: number) {
    const bar = make('div', { className: 'bar' }, ...this.bars);
    bar.setAttribute('aria-hidden', 'true');
    const lines = parts.map((part, i) =>
      make('li', {}, make('i', { className: `key ${part}` }), make('span', { text: part }), this.words[i]),
    );
    this.element = make(
      'div',
      { className: 'stage' },
      make('h3', { text: `stage ${stage}` }),
      this.op,
      bar,
      make('ul', {}, ...lines),
    );
  }

  show(stage: LiveStage, last: LiveOp | undefined): void {
    if (last) say(this.op, `${last.op} ${last.microbatch.toLocaleString('en-US')}`);
    const quiet = stage.busy + stage.starved + stage.blocked === 0;
    let from = 0;
    for (const [i, part] of parts.entries()) {
      const share = stage[part];
      // clipped, not laid out anew: nothing moves
      this.bars[i].style.clipPath =
        `inset(0 ${(100 * (1 - from - share)).toFixed(1)}% 0 ${(100 * from).toFixed(1)}%)`;
      from += share;
      // of a stage that tells nothing no one knows: it waits, or is in the middle of an op
      say(this.words[i], quiet ? '–' : `${Math.round(100 * share)} %`);
    }
  }
}

class EdgeBox {
  readonly element: HTMLElement;
  private readonly slots = make('div', { className: 'slots' });
  private readonly track = make('div', { className: 'track' });
  private readonly words = make('p', { text: '–' });

  constructor() {
    this.slots.setAttribute('aria-hidden', 'true');
    this.track.setAttribute('aria-hidden', 'true');
    this.element = make('div', { className: 'edge' }, this.slots, this.track, this.words);
  }

  show({ lying, capacity, from, to }: LiveEdge): void {
    const drawn = capacity <= slotsAtMost ? capacity : 0;
    if (this.slots.childElementCount !== drawn)
      this.slots.replaceChildren(...Array.from({ length: drawn }, () => make('span')));
    for (const [i, slot] of [...this.slots.children].entries()) slot.className = i < lying ? 'full' : '';
    say(this.words, `${lying} of ${capacity}`);
    this.element.dataset.edge = `${from}→${to}`;
    this.element.dataset.lying = String(lying);
  }

  move(ops: readonly LiveOp[], back: boolean): void {
    for (const [i, { op, learns }] of ops.entries()) {
      const kind = op === 'B' ? 'gradient' : learns ? 'learns' : 'predicts';
      const dot = make('span', { className: `dot ${kind}${back ? ' back' : ''}` });
      dot.style.animationDelay = `${i * 80}ms`;
      dot.addEventListener('animationend', () => dot.remove(), { once: true });
      this.track.append(dot);
    }
    // a tab in the background ends no animation
    while (this.track.childElementCount > 12) this.track.firstElementChild?.remove();
  }
}
