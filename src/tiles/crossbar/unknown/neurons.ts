import { type Matrix, matrix } from '../../../core/matrix.ts';
import { joined, type State, type Stateful } from '../../../core/state.ts';
import type { Workplace } from '../../../kernels/kernel.ts';
import type { Products, ProductsMaker } from '../../../products/product.ts';
import { Room } from '../room.ts';
import { monotone, type Shape } from './nonlinearity.ts';
import { part, type Streams, type Unknown, varies } from './unknown.ts';
import { Wandering } from './wandering.ts';

/** What the circuits behind the arrays make of the outputs: they leak into each other, then each unit has its own way. */
export class Neurons implements Stateful {
  readonly #gain: Wandering | undefined;
  readonly #offset: Wandering | undefined;
  readonly #mixing: { readonly by: Products; readonly values: Wandering } | undefined;
  readonly #shape: Shape | undefined;
  /** [units] */
  readonly #dead: Uint8Array | undefined;
  readonly #room: Room;
  readonly #state: Stateful;

  constructor(
    units: number,
    unknown: Unknown,
    streams: Streams,
    place: Workplace & { readonly products: ProductsMaker },
  ) {
    const { neuronGain, neuronOffset, mixing, nonlinearity, nonlinearityScale, deadNeurons } = unknown;
    const wandering = (count: number, of: Unknown['mixing'], name: string) =>
      varies(of) ? new Wandering(count, of, part(streams, name), place) : undefined;
    this.#gain = wandering(units, neuronGain, 'neuron gain');
    this.#offset = wandering(units, neuronOffset, 'neuron offset');
    const leak = 1 / Math.sqrt(units);
    const scaled = { spread: mixing.spread * leak, walk: mixing.walk * leak };
    const values = wandering(units * units, scaled, 'mixing');
    this.#mixing = values && { by: place.products.products(units, units), values };
    if (nonlinearity > 0)
      this.#shape = monotone(units, nonlinearity, nonlinearityScale, streams.chip.fork('nonlinearity'));
    const draw = streams.chip.fork('dead neurons');
    if (deadNeurons > 0)
      this.#dead = Uint8Array.from({ length: units }, () => Number(draw.uniform() < deadNeurons));
    this.#room = new Room(place.arena);
    this.#state = joined({
      ...(this.#gain && { gain: this.#gain }),
      ...(this.#offset && { offset: this.#offset }),
      ...(values && { mixing: values }),
    });
    this.#mix();
  }

  /** In place. @param z  [rows × units] */
  apply(z: Matrix): void {
    const { rows, columns: units, data } = z;
    if (this.#mixing) {
      const before = matrix(rows, units, this.#room.floats(rows * units));
      before.data.set(data.subarray(0, rows * units));
      this.#mixing.by.read(before, z);
    }
    const [gain, offset, shape, dead] = [this.#gain?.values, this.#offset?.values, this.#shape, this.#dead];
    if (!(gain || offset || shape || dead)) return;
    for (let r = 0, at = 0; r < rows; r++)
      for (let i = 0; i < units; i++, at++) {
        let value = data[at];
        if (gain) value *= 1 + gain[i];
        if (offset) value += offset[i];
        if (shape) value = shape(i, value);
        data[at] = dead && dead[i] === 1 ? 0 : value;
      }
  }

  /** One step of every walk. */
  step(): void {
    this.#gain?.step();
    this.#offset?.step();
    if (!this.#mixing?.values.moves) return;
    this.#mixing.values.step();
    this.#mix();
  }

  /** I + s Q */
  #mix(): void {
    if (this.#mixing === undefined) return;
    const { by, values } = this.#mixing;
    by.weights.set(values.values);
    for (let i = 0; i < by.units; i++) by.weights[i * by.units + i] += 1;
    by.written();
  }

  state = (): State => this.#state.state();

  restore(state: State): void {
    this.#state.restore(state);
    this.#mix();
  }

  dispose(): void {
    this.#mixing?.by.dispose();
  }
}
