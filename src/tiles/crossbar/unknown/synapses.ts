import { joined, type State, type Stateful } from '../../../core/state.ts';
import type { Workplace } from '../../../kernels/kernel.ts';
import { part, type Streams, type Unknown, varies } from './unknown.ts';
import { Wandering } from './wandering.ts';

/** What the cells of one array make of their weights when they are read, forward and backward. */
export class Synapses implements Stateful {
  /** whether a read forward, or backward, sees other weights than the cells have */
  readonly altersForward: boolean;
  readonly altersBackward: boolean;
  readonly #units: number;
  readonly #gain: Wandering | undefined;
  readonly #back: Wandering | undefined;
  /** 1 where an input never arrives [inputs] */
  readonly #dead: Uint8Array;
  readonly #state: Stateful;

  constructor(inputs: number, units: number, unknown: Unknown, streams: Streams, place: Workplace) {
    const { synapseGain, nonReciprocity, deadInputs } = unknown;
    const wandering = (of: Unknown['synapseGain'], name: string) =>
      varies(of) ? new Wandering(inputs * units, of, part(streams, name), place) : undefined;
    this.#units = units;
    this.#gain = wandering(synapseGain, 'synapse gain');
    this.#back = wandering(nonReciprocity, 'non-reciprocity');
    const draw = streams.chip.fork('dead inputs');
    this.#dead = Uint8Array.from({ length: inputs }, () => Number(draw.uniform() < deadInputs));
    this.altersForward = this.#gain !== undefined || deadInputs > 0;
    this.altersBackward = this.#gain !== undefined || this.#back !== undefined;
    this.#state = joined({
      ...(this.#gain && { gain: this.#gain }),
      ...(this.#back && { back: this.#back }),
    });
  }

  /** @returns whether weights are seen otherwise than before */
  step(): boolean {
    this.#gain?.step();
    this.#back?.step();
    return Boolean(this.#gain?.moves || this.#back?.moves);
  }

  forward(weights: Float32Array, into: Float32Array): void {
    into.set(weights);
    times(into, this.#gain);
    for (let i = 0; i < this.#dead.length; i++)
      if (this.#dead[i] === 1) into.fill(0, i * this.#units, (i + 1) * this.#units);
  }

  backward(weights: Float32Array, into: Float32Array): void {
    into.set(weights);
    times(into, this.#gain);
    times(into, this.#back);
  }

  state = (): State => this.#state.state();
  restore = (state: State): void => this.#state.restore(state);
}

function times(weights: Float32Array, by: Wandering | undefined): void {
  if (by === undefined) return;
  const { values } = by;
  for (let i = 0; i < weights.length; i++) weights[i] *= 1 + values[i];
}
