import { must } from '../core/check.ts';
import { matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { arrays, joined, type State, together } from '../core/state.ts';
import { MeanGradient } from './digital/mean-gradient.ts';
import { Versions } from './digital/versions.ts';
import type { Tile, TileContext, TileGround, TileMaker, TilePlan } from './tile.ts';

/**
 * The tile of exact fp32 weights: correlating sums the gradient G = Xᵀδ, and an update is one step of its optimiser
 * against the mean gradient. Products execute its reads. Where nothing was learned since the last update no step is made: the
 * weights stay, without decay or momentum, and only the schedule of the rate goes on.
 */
export function digital(): TilePlan {
  return plan(import.meta.url, 'digital');
}

/** Makes what `digital()` plans. */
export function create(_options: unknown, ground: TileGround): TileMaker {
  return {
    name: 'digital',
    description: ground.products.description,
    tile: (context) => digitalTile(context, ground),
  };
}

function digitalTile(
  { inputs, units, weights: start, optimiser, horizon }: TileContext,
  ground: TileGround,
): Tile {
  const products = ground.products.products(inputs, units);
  const { weights } = products;
  const program = (from: Float32Array): void => {
    must(from.length === weights.length, 'weights of a tile', `${inputs} × ${units} numbers`, from.length);
    weights.set(from);
    products.written();
  };
  program(start);
  const gradient = new MeanGradient(inputs * units, ground);
  const versions = new Versions(products, ground.products);
  const stepper = optimiser.stepper(inputs * units, ground);
  const steps = new Float64Array(1);
  const stateful = together(arrays({ weights, steps }), joined({ stepper, gradient }));
  const correlate: Tile['correlate'] = (x, delta) => {
    if (x.rows === 0) return gradient.takeNothing();
    products.correlate(x, delta, matrix(inputs, units, gradient.next));
    gradient.take();
  };
  return {
    inputs,
    units,
    read: (x, z) => products.read(x, z),
    readBack: (delta, dx) => products.readBack(delta, dx),
    correlate,
    update() {
      const rate = optimiser.rate(steps[0]++, horizon);
      if (gradient.empty) {
        gradient.clear();
        return;
      }
      versions.stash();
      stepper.step(weights, gradient.mean(), rate);
      products.written();
    },
    program,
    weights: () => weights.slice(),
    hold: () => versions.hold(),
    exact: {
      weights,
      correlate(x, delta, add) {
        if (x.rows === 0) return gradient.takeNothing();
        const into = gradient.next;
        products.correlate(x, delta, matrix(inputs, units, into));
        add(into);
        gradient.take();
      },
    },
    state(): State {
      must(!versions.held, 'state of a tile', 'taken while no microbatch holds its weights', 'held weights');
      return stateful.state();
    },
    restore(state) {
      stateful.restore(state);
      products.written();
    },
    get macs() {
      return versions.macs;
    },
    dispose: () => versions.dispose(),
  };
}
