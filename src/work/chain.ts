import type { Arena } from '../core/memory/arena.ts';
import type { State, Stateful } from '../core/state.ts';
import type { HardwareCounts, LayerFigures, Parameter } from '../core/trace.ts';
import { activityBytes, copy, type Microbatch, microbatchIn, type Shape } from '../data/microbatch.ts';
import type { Layer } from '../layers/layer.ts';
import type { Ageing } from './ageing.ts';
import { layerStates } from './checkpoints/checkpoint.ts';
import { TopDown } from './checkpoints/top-down.ts';
import type { Kept } from './forward/kept.ts';
import { SettlingPass } from './forward/settling-pass.ts';
import { marginOf } from './margin.ts';
import type { PlannedLayer, StagePlan } from './stage-plan.ts';

/** What of a stage's plan its layers follow from. */
export type ChainPlan = Pick<StagePlan, 'layers' | 'last' | 'heardBelow'>;

export type { Kept } from './forward/kept.ts';

/** What a forward has to do with the stages above and below, where layers listen to the layer above them. */
export interface Heard {
  /** what the stage above sent for the microbatch before; left out, what the stage itself holds of it */
  readonly above?: Microbatch | undefined;
  /** where the activity of the first layer goes for the stage below */
  readonly below?: Microbatch | undefined;
}

/** The consecutive layers of one stage, run as if they were one. */
export class Chain implements Stateful {
  private readonly layers: readonly Layer[];
  private readonly plan: ChainPlan;
  private readonly arena: Arena;
  private readonly ageing: Ageing | undefined;
  /** shapes between the layers: shapes[i] is what layer i emits, the last one left out */
  private readonly shapes: readonly Shape[];
  /** rooms that hold nothing from one op to the next: activity of predictions, gradients on their way down */
  private readonly passing: readonly Microbatch[];
  private readonly spare: Kept[] = [];
  private readonly topDown: TopDown;
  /** where the last layer's activity goes if no stage comes after and a layer listens to it */
  private readonly top: Microbatch | undefined;
  /** of the microbatch that went forward last [layers] */
  private readonly losses: (number | undefined)[] = [];
  private disposed = false;

  /** @param ageing  of the layers' tiles; left out, no time passes */
  constructor(layers: readonly Layer[], plan: ChainPlan, arena: Arena, ageing?: Ageing) {
    this.layers = layers;
    this.plan = plan;
    this.arena = arena;
    this.ageing = ageing;
    this.shapes = plan.layers.slice(0, -1).map(({ output }) => output);
    this.passing = this.shapes.map((shape) => microbatchIn(arena, shape));
    this.topDown = new TopDown(plan.layers, plan.heardBelow ? plan.layers[0].output : undefined, arena);
    const last = layers.length - 1;
    const heard = plan.last && this.topDown.listensTo(last);
    this.top = heard ? microbatchIn(arena, plan.layers[last].output) : undefined;
  }

  /** Room for one more microbatch, used again once it has been given back. */
  keep(input: Microbatch): Kept {
    const room: Kept = this.spare.pop() ?? {
      input,
      memories: this.layers.map((layer) => layer.memory()),
      between: this.shapes.map((shape) => microbatchIn(this.arena, shape)),
    };
    room.input = input;
    return room;
  }

  /** Moves the input of a microbatch out of the slot in which it came. */
  own(kept: Kept): void {
    kept.own ??= microbatchIn(this.arena, kept.input.shape);
    copy(kept.input, kept.own);
    kept.input = kept.own;
  }

  giveBack(kept: Kept): void {
    this.spare.push(kept);
  }

  /** bytes of activations that `kept` holds: what came in, what lies between the layers, what the layers remember */
  held({ input, between, memories }: Kept): number {
    let bytes = activityBytes(input);
    for (const inner of between) bytes += activityBytes(inner);
    for (const memory of memories) bytes += memory.bytes;
    return bytes;
  }

  /** @returns the mean loss of the layers that have one */
  forward(kept: Kept, output: Microbatch | undefined, heard: Heard = {}): number | undefined {
    let input = kept.input;
    let loss: number | undefined;
    let losses = 0;
    const last = this.layers.length - 1;
    for (const [i, layer] of this.layers.entries()) {
      const to = i < last ? kept.between[i] : (output ?? this.top);
      const above = (i === last ? heard.above : undefined) ?? this.topDown.of(i);
      const own = layer.forward(input, to, kept.memories[i], above);
      mustBeDone(own, 'forward', this.plan.layers[i]);
      this.losses[i] = own;
      if (own !== undefined) loss = ((loss ?? 0) * losses + own) / ++losses;
      if (to === undefined) continue;
      if (this.topDown.listensTo(i)) this.topDown.take(i, to);
      if (i === 0 && heard.below) copy(to, heard.below);
      input = to;
    }
    return loss;
  }

  pass(): SettlingPass {
    return new SettlingPass(this.layers, this.plan.layers, this.arena);
  }

  /**
   * What each layer made of the microbatch that went forward last, of those layers that make something of it by themselves.
   *
   * @param counted  whether layers count its rows by their goodness
   */
  figures(counted: boolean, losses: readonly (number | undefined)[] = this.losses): LayerFigures[] {
    const figures: LayerFigures[] = [];
    for (const [i, layer] of this.layers.entries()) {
      const loss = losses[i];
      if (loss === undefined && layer.figures === undefined) continue;
      const { index } = this.plan.layers[i];
      figures.push({ layer: index, ...(loss !== undefined && { loss }), ...layer.figures?.(counted) });
    }
    return figures;
  }

  /** @returns how much of the microbatch each layer went backward for, where that is not all of it */
  backward(kept: Kept, above: Microbatch | undefined, below: Microbatch | undefined): LayerFigures[] {
    let from = above;
    let rows = above?.rows;
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const to = i > 0 ? head(this.passing[i - 1], kept.input) : below;
      mustBeDone(this.layers[i].backward?.(from, to, kept.memories[i]), 'backward', this.plan.layers[i]);
      from = to;
      rows ??= to?.rows;
    }
    const chosen = rows ?? kept.input.rows;
    return chosen === kept.input.rows
      ? []
      : this.plan.layers.map(({ index: layer }) => ({ layer, kept: chosen }));
  }

  /** @returns how much of the microbatch each layer learned from that leaves samples out */
  gradient(kept: Kept): LayerFigures[] {
    const figures: LayerFigures[] = [];
    for (const [i, layer] of this.layers.entries()) {
      const learned = layer.gradient(i === 0 ? kept.input : kept.between[i - 1], kept.memories[i]);
      mustBeDone(learned, 'gradient', this.plan.layers[i]);
      if (typeof learned === 'number') figures.push({ layer: this.plan.layers[i].index, kept: learned });
    }
    return figures;
  }

  /** @param microbatches  that the update takes in */
  update(microbatches: number): void {
    for (const [i, layer] of this.layers.entries()) mustBeDone(layer.update(), 'update', this.plan.layers[i]);
    this.ageing?.learned(microbatches);
  }

  /** @returns the margin of each layer that adds to the scores of a prediction that tries every label */
  predict(input: Microbatch, output: Microbatch): LayerFigures[] {
    const margins: LayerFigures[] = [];
    let from = input;
    for (const [i, layer] of this.layers.entries()) {
      const to = i < this.passing.length ? this.passing[i] : output;
      mustBeDone(layer.predict(from, to), 'predict', this.plan.layers[i]);
      const margin = from.purpose === 'goodness' ? marginOf(from, to) : undefined;
      if (margin !== undefined) margins.push({ layer: this.plan.layers[i].index, margin });
      from = to;
    }
    return margins;
  }

  hardwareOf(layer: number): HardwareCounts | undefined {
    return this.layers[layer].hardware?.();
  }

  parametersOf(layer: number): Parameter[] {
    return this.layers[layer].parameters();
  }

  get macs(): number {
    let sum = 0;
    for (const layer of this.layers) sum += layer.macs;
    return sum;
  }

  /** @throws {TypeError} when a layer has no state to take out */
  state(): State {
    return { ...this.statefulLayers().state(), ...this.topDown.state() };
  }

  restore(state: State): void {
    this.statefulLayers().restore(state);
    this.topDown.restore(state);
  }

  private statefulLayers(): Stateful {
    const layers = this.plan.layers.map(({ index, plan }, i) => {
      const layer = this.layers[i];
      if (layer.state === undefined || layer.restore === undefined)
        throw new TypeError(`layer '${plan.name}' must have state and restore to be checkpointed; got none`);
      return [index, layer as Layer & Stateful] as const;
    });
    return layerStates(new Map(layers));
  }

  /** Lets every layer go, once; @throws what the first layer that could not throws, after all have been told */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    disposeAll(this.layers);
  }
}

/** @throws what the first that could not be let go throws, after all have been told */
export function disposeAll(layers: readonly Pick<Layer, 'dispose'>[]): void {
  const failures: unknown[] = [];
  for (const layer of layers) {
    try {
      layer.dispose();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** What is not done when a layer returns would be done while the next op runs. */
function mustBeDone(returned: unknown, method: string, { index, plan }: PlannedLayer): void {
  if (typeof returned !== 'object' || returned === null) return;
  if (typeof (returned as { then?: unknown }).then !== 'function') return;
  throw new TypeError(
    `${method} of layer ${index} ('${plan.name}') must return when it is done; got a promise`,
  );
}

/** Gives a gradient the header of the microbatch it belongs to. */
export function head(gradient: Microbatch, of: Microbatch): Microbatch {
  gradient.sequence = of.sequence;
  gradient.purpose = of.purpose;
  gradient.rows = of.rows;
  return gradient;
}
