import type { Cell } from '../../cells/cell.ts';
import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import { joined, type State, type Stateful } from '../../core/state.ts';
import type { Optimiser } from '../../optimisers/optimiser.ts';
import type { Products } from '../../products/product.ts';
import type { Lesson, Update, Updater } from '../../updates/update.ts';
import type { TileGround } from '../tile.ts';
import { emptyTally, type ReadTally } from './counts.ts';
import { Noise } from './noise.ts';
import type { ResolvedCrossbar } from './options.ts';
import { ReadPath } from './periphery/read-path.ts';
import type { ReadArray } from './periphery/wires.ts';
import { Seen } from './seen.ts';
import { Synapses } from './unknown/synapses.ts';
import { part, type Streams } from './unknown/unknown.ts';

/** Where an array lies in the matrix of its tile. */
export interface Block {
  readonly firstInput: number;
  readonly inputs: number;
  readonly firstUnit: number;
  readonly units: number;
}

export interface ArrayContext {
  readonly block: Block;
  readonly cell: Cell;
  readonly update: Update;
  readonly options: ResolvedCrossbar;
  readonly optimiser: Optimiser;
  readonly ground: TileGround;
  readonly streams: Streams;
}

/** One array of cells: what writes it, and the weights that a read sees, forward, backward, and without their signs. */
export class CrossbarArray implements Stateful {
  readonly block: Block;
  readonly updater: Updater;
  /** reads that the update scheme has made */
  readonly transfers: ReadTally = emptyTally();
  /** products over the weights that the cells hold */
  readonly cells: Products;
  readonly #c: ArrayContext;
  readonly #synapses: Synapses;
  readonly #transferNoise: Noise;
  readonly #state: Stateful;
  readonly #made: Products[] = [];
  readonly #seen: Record<'forward' | 'backward', Seen>;

  constructor(context: ArrayContext) {
    const { block, cell, update, options, optimiser, ground, streams } = context;
    const { inputs, units } = block;
    const { chip, random } = streams;
    this.#c = context;
    this.block = block;
    this.cells = this.#another();
    this.#synapses = new Synapses(inputs, units, options.unknown, part(streams, 'synapses'), ground);
    this.#transferNoise = new Noise(random.fork('transfer'), ground);
    this.updater = update.updater({
      ...{ arena: ground.arena, kernels: ground.kernels, inputs, units, cell, optimiser },
      products: this.cells,
      weightScale: options.weightScale,
      another: () => this.#another(),
      reader: (over) => this.#reader(over, chip.fork('transfer')),
      chip: chip.fork('cells'),
      random: random.fork('cells'),
    });
    this.#seen = {
      forward: this.#sees(this.#synapses.altersForward, (from, into) => this.#synapses.forward(from, into)),
      backward: this.#sees(this.#synapses.altersBackward, (from, into) =>
        this.#synapses.backward(from, into),
      ),
    };
    const { updater } = this;
    this.#state = joined({ updater, synapses: this.#synapses, transfer: this.#transferNoise });
  }

  #another(): Products {
    const { inputs, units } = this.#c.block;
    const products = this.#c.ground.products.products(inputs, units);
    this.#made.push(products);
    return products;
  }

  #sees(alters: boolean, alter: (from: Float32Array, into: Float32Array) => void): Seen {
    const own = alters ? this.#another() : undefined;
    return new Seen(this.cells, own && { products: own, alter }, () => this.#another());
  }

  /** A read path over one array of the update scheme. */
  #reader(over: Products, chip: Random): (x: Matrix, y: Matrix) => void {
    const { ground, options, block } = this.#c;
    const { arena } = ground;
    const seen = new Seen(over, undefined, () => this.#another());
    const path = new ReadPath({
      ...{ arena, kernels: ground.kernels, periphery: options.transfer, outputs: block.units, chip },
      arrays: [seen.lines(0, block.inputs, 'forward')],
      forward: true,
    });
    const average = new Float32Array(1);
    return (x, y) => {
      seen.stale();
      const data = arena.holds(x.data) ? x.data : arena.floats(x.data.length);
      if (data !== x.data) data.set(x.data);
      const out = arena.holds(y.data) ? y : matrix(y.rows, y.columns, arena.floats(y.rows * y.columns));
      const from = { rows: x.rows, columns: x.columns, stride: x.columns, data };
      path.read(from, out, { noise: this.#transferNoise, tally: this.transfers, average });
      if (out !== y) y.data.set(out.data);
    };
  }

  /** This array in a read forward, whose lines begin at `first` of those of the whole read. */
  forwardLines(first: number): ReadArray {
    return this.#seen.forward.lines(first, this.block.inputs, 'forward');
  }

  backwardLines(first: number): ReadArray {
    return this.#seen.backward.lines(first, this.block.units, 'backward');
  }

  update(lessons: readonly Lesson[], rate: number): void {
    this.updater.update(lessons, rate);
    this.#changed();
  }

  /** One step of what walks at random. */
  step(): void {
    if (this.#synapses.step()) this.#changed();
  }

  program(weights: Float32Array): void {
    this.updater.program(weights);
    this.#changed();
  }

  age(nanoseconds: number): void {
    this.updater.age?.(nanoseconds);
    this.#changed();
  }

  #changed(): void {
    this.cells.written();
    this.#seen.forward.stale();
    this.#seen.backward.stale();
  }

  state = (): State => this.#state.state();

  restore(state: State): void {
    this.#state.restore(state);
    this.#changed();
  }

  dispose(): void {
    for (const products of this.#made) products.dispose();
  }
}
