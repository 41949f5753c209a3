import type { Arena } from '../../core/memory/arena.ts';
import { type Microbatch, microbatchIn, passOn } from '../../data/microbatch.ts';
import type { Layer } from '../../layers/layer.ts';

import type { PlannedLayer } from '../stage-plan.ts';
import type { Kept } from './kept.ts';

/** What passes between a stage and its neighbours at one iteration. */
export interface Exchange {
  /** what the stage below sent at the iteration before; left out, what came in first */
  readonly below?: Microbatch | undefined;
  /** what the stage above sent down at the iteration before */
  readonly above?: Microbatch | undefined;
  /** where the activity of the last layer goes */
  readonly output?: Microbatch | undefined;
  /** where what the stage below hears goes */
  readonly down?: Microbatch | undefined;
}

/** What two neighbouring layers of a stage send each other: at an iteration each reads what was sent the time before. */
interface Between {
  readonly up: readonly [Microbatch, Microbatch];
  readonly down: readonly [Microbatch, Microbatch];
}

/**
 * The layers of one stage as they settle. All read what their neighbours sent at the iteration before, so what is learned does
 * not depend on which layers share a stage.
 */
export class SettlingPass {
  private readonly layers: readonly Layer[];
  private readonly between: readonly Between[];

  constructor(layers: readonly Layer[], plans: readonly PlannedLayer[], arena: Arena) {
    this.layers = layers;
    this.between = plans.slice(0, -1).map(({ output, above }) => {
      if (above === undefined) throw new TypeError('a layer below one that settles must hear from it');
      const pair = (of: typeof above) => [microbatchIn(arena, of), microbatchIn(arena, of)] as const;
      return { up: pair(output), down: pair(above) };
    });
  }

  /**
   * One iteration of all layers; the pass from the bottom up is iteration 0.
   *
   * @returns  the mean loss of each layer that has one, at the last iteration  [layers]
   */
  turn(
    kept: Kept,
    t: number,
    last: number,
    { below, above, output, down }: Exchange,
  ): readonly (number | undefined)[] {
    const top = this.layers.length - 1;
    const losses: (number | undefined)[] = [];
    for (const [i, layer] of this.layers.entries()) {
      const input = i === 0 ? kept.input : kept.between[i - 1];
      const goesOn = t < last;
      const to = i === top ? output : t === 0 ? kept.between[i] : goesOn ? this.sent(i, 'up', t) : undefined;
      const under = i === 0 ? down : goesOn ? this.sent(i - 1, 'down', t) : undefined;
      if (under) passOn(kept.input, under);
      let loss: number | undefined;
      if (t === 0) {
        loss = layer.forward(input, to, kept.memories[i], undefined, under);
        if (to) to.wrong.set(kept.input.wrong);
      } else {
        if (to) passOn(kept.input, to);
        const came = t === 1 ? input : i === 0 ? (below ?? input) : this.sent(i - 1, 'up', t - 1);
        const heard = i === top ? above : this.sent(i, 'down', t - 1);
        const turn = { t, last, input, below: came, above: heard, output: to, down: under };
        loss = layer.settle?.(turn, kept.memories[i]);
      }
      losses.push(t === last ? loss : undefined);
    }
    return losses;
  }

  /** Adds what the layers of the stage make of each label to what the stages below make of it. */
  score(kept: Kept, below: Microbatch, output: Microbatch): void {
    passOn(below, output);
    for (const [i, layer] of this.layers.entries()) layer.score?.(output, kept.memories[i]);
  }

  /** what was sent between layers i and i + 1 at iteration t */
  private sent(i: number, way: keyof Between, t: number): Microbatch {
    return this.between[i][way][t % 2];
  }
}
