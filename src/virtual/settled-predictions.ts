import type { Arena } from '../core/memory/arena.ts';
import { type Microbatch, microbatchIn } from '../data/microbatch.ts';
import { settlingOf } from '../pipeline/settles.ts';
import type { Assembly } from '../work/assembly.ts';
import type { Chain, Kept } from '../work/chain.ts';
import type { SettlingPass } from '../work/forward/settling-pass.ts';

/** What lies between two stages: at an iteration each reads what was sent the time before. */
interface Between {
  readonly up: readonly Microbatch[];
  readonly down: readonly Microbatch[];
}

/** Predictions of layers that settle, all stages at once and in no time, whatever is under way between them. */
export class SettledPredictions {
  private readonly input: Microbatch;
  private readonly last: number;
  private readonly chains: readonly Chain[];
  private readonly passes: readonly SettlingPass[];
  private readonly between: readonly Between[];
  private readonly output: Microbatch;

  private constructor({ layers, graph }: Assembly, arena: Arena, chains: readonly Chain[], last: number) {
    const room = (from: number, to: number, carries: string): Microbatch[] => {
      const edge = graph.edges.find((one) => one.from === from && one.to === to && one.carries === carries);
      const { shape } = edge ?? {};
      if (shape === undefined) throw new TypeError('stages that settle must be joined both ways');
      return [microbatchIn(arena, shape), microbatchIn(arena, shape)];
    };
    const { shapes } = layers;
    this.last = last;
    this.chains = chains;
    this.passes = chains.map((chain) => chain.pass());
    this.input = microbatchIn(arena, shapes[0]);
    this.output = microbatchIn(arena, shapes[shapes.length - 1]);
    this.between = chains.slice(1).map((_, s) => ({
      up: room(s, s + 1, 'activity'),
      down: room(s + 1, s, 'top-down'),
    }));
  }

  /** @returns undefined where predictions do not settle */
  static of(assembly: Assembly, arena: Arena, chains: readonly Chain[]): SettledPredictions | undefined {
    const { predicting = 0 } = settlingOf(assembly.pipeline.layers) ?? {};
    return predicting > 0 ? new SettledPredictions(assembly, arena, chains, predicting) : undefined;
  }

  /**
   * @param fill  fills what is to be predicted
   * @returns  the labels' scores, until the next call
   */
  predict(fill: (input: Microbatch) => void): Microbatch {
    const { chains, passes, between, last } = this;
    fill(this.input);
    const kept: Kept[] = [];
    for (let t = 0; t <= last; t++) {
      for (const [s, pass] of passes.entries()) {
        if (t === 0) {
          kept[s] = chains[s].keep(s === 0 ? this.input : between[s - 1].up[0]);
          chains[s].own(kept[s]);
        }
        pass.turn(kept[s], t, last, {
          below: between[s - 1]?.up[(t + 1) % 2],
          above: between[s]?.down[(t + 1) % 2],
          output: t < last ? between[s]?.up[t % 2] : undefined,
          down: t < last ? between[s - 1]?.down[t % 2] : undefined,
        });
      }
    }
    let scores = kept[0].input;
    for (const [s, pass] of passes.entries()) {
      const to = between[s]?.up[0] ?? this.output;
      pass.score(kept[s], scores, to);
      scores = to;
    }
    for (const [s, one] of kept.entries()) chains[s].giveBack(one);
    return scores;
  }
}
