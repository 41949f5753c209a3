import type { Arena } from '../core/arena.ts';
import type { Parameter } from '../core/trace.ts';
import { blocksOf, copy, type Microbatch, microbatchIn, type Shape } from '../data/microbatch.ts';
import type { Layer, Memory } from '../layers/layer.ts';

/** What a stage keeps of one microbatch from its F to its W. */
export interface Kept {
  input: Microbatch;
  /** room of its own for the input, once it was needed */
  own?: Microbatch;
  readonly memories: readonly Memory[];
  /** activity between the stage's own layers */
  readonly between: readonly Microbatch[];
}

/** The consecutive layers of one stage, run as if they were one. */
export class Chain {
  private readonly layers: readonly Layer[];
  private readonly arena: Arena;
  /** shapes between the layers: shapes[i] is what layer i emits, the last one left out */
  private readonly shapes: readonly Shape[];
  /** rooms that hold nothing from one op to the next: activity of predictions, gradients on their way down */
  private readonly passing: readonly Microbatch[];
  private readonly spare: Kept[] = [];
  private disposed = false;

  constructor(layers: readonly Layer[], shapes: readonly Shape[], arena: Arena) {
    this.layers = layers;
    this.arena = arena;
    this.shapes = shapes;
    this.passing = shapes.map((shape) => microbatchIn(arena, shape));
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
  forward(kept: Kept, output: Microbatch | undefined): number | undefined {
    let input = kept.input;
    let loss: number | undefined;
    let losses = 0;
    for (const [i, layer] of this.layers.entries()) {
      const to = i < kept.between.length ? kept.between[i] : output;
      const own = layer.forward(input, to, kept.memories[i]);
      if (own !== undefined) loss = ((loss ?? 0) * losses + own) / ++losses;
      if (to) input = to;
    }
    return loss;
  }

  backward(kept: Kept, above: Microbatch | undefined, below: Microbatch | undefined): void {
    let from = above;
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const to = i > 0 ? head(this.passing[i - 1], kept.input) : below;
      this.layers[i].backward?.(from, to, kept.memories[i]);
      from = to;
    }
  }

  gradient(kept: Kept): void {
    for (const [i, layer] of this.layers.entries()) {
      layer.gradient(i === 0 ? kept.input : kept.between[i - 1], kept.memories[i]);
    }
  }

  update(): void {
    for (const layer of this.layers) layer.update();
  }

  predict(input: Microbatch, output: Microbatch): void {
    let from = input;
    for (const [i, layer] of this.layers.entries()) {
      const to = i < this.passing.length ? this.passing[i] : output;
      layer.predict(from, to);
      from = to;
    }
  }

  parametersOf(layer: number): Parameter[] {
    return this.layers[layer].parameters();
  }

  get macs(): number {
    let sum = 0;
    for (const layer of this.layers) sum += layer.macs;
    return sum;
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

/** Gives a gradient the header of the microbatch it belongs to. */
export function head(gradient: Microbatch, of: Microbatch): Microbatch {
  gradient.sequence = of.sequence;
  gradient.purpose = of.purpose;
  gradient.rows = of.rows;
  return gradient;
}

function activityBytes({ shape, rows, purpose }: Microbatch): number {
  return 4 * rows * (blocksOf(shape, purpose) * shape.width + shape.features);
}
