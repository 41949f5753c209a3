import type { Arena } from '../../core/memory/arena.ts';
import { below, type State } from '../../core/state.ts';
import { copy, type Microbatch, microbatchIn, type Shape } from '../../data/microbatch.ts';
import type { PlannedLayer } from '../stage-plan.ts';

/**
 * What layers hear from the layer above: its activity for the microbatch before, zeros for the first one.
 *
 * Within a stage it waits in memory of the stage's own. Between two stages it travels over an edge of delay 1, and the
 * microbatch that lies on it when the run begins is here too.
 */
export class TopDown {
  /** what each listening layer of the stage hears next, by its place in the stage */
  private readonly heard = new Map<number, Microbatch>();
  private readonly layers: readonly PlannedLayer[];
  /** the newest that was sent to the stage below, for a checkpoint */
  private readonly sent: Microbatch | undefined;

  /** @param sends  what this stage's first layer sends on, where the stage below listens to it */
  constructor(layers: readonly PlannedLayer[], sends: Shape | undefined, arena: Arena) {
    this.layers = layers;
    for (const [i, { above, plan }] of layers.entries())
      if (above && plan.topDown) this.heard.set(i, zeros(above, arena));
    this.sent = sends && zeros(sends, arena);
  }

  /** whether a layer of the stage, or the one below the stage, listens to this one */
  listensTo(place: number): boolean {
    return place === 0 ? this.sent !== undefined : this.heard.has(place - 1);
  }

  /** What a layer hears; undefined where it does not listen. */
  of(place: number): Microbatch | undefined {
    return this.heard.get(place);
  }

  /** Takes what a layer has sent on, for whoever below listens to it. */
  take(place: number, activity: Microbatch): void {
    const into = place === 0 ? this.sent : this.heard.get(place - 1);
    if (into) copy(activity, into);
  }

  /** What lies between two microbatches: what the layers of this stage will hear, and the layer below it. */
  state(): State {
    const inside = this.layers.flatMap(({ index }, i) => {
      const one = this.heard.get(i);
      // what the last layer hears is the stage above's to tell
      return one && i < this.layers.length - 1 ? [[index, one] as const] : [];
    });
    const below = this.sent ? [[this.layers[0].index - 1, this.sent] as const] : [];
    return Object.fromEntries(
      [...inside, ...below].flatMap(([index, { rows, activity }]) => [
        [`layer${index}/above/rows`, Int32Array.of(rows)],
        [`layer${index}/above/activity`, activity.slice()],
      ]),
    );
  }

  restore(state: State): void {
    for (const [i, { index }] of this.layers.entries()) {
      const one = this.heard.get(i);
      const { rows, activity } = below(state, `layer${index}/above`);
      if (one === undefined || rows === undefined || activity === undefined) continue;
      one.rows = rows[0];
      one.activity.set(activity);
    }
  }
}

function zeros(shape: Shape, arena: Arena): Microbatch {
  const one = microbatchIn(arena, shape);
  one.rows = shape.rows;
  return one;
}
