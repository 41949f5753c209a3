import {
  arrays,
  joined,
  type Matrix,
  matrix,
  type Purpose,
  plan,
  streamState,
  type TileGround,
  type TileMaker,
  type TilePlan,
  together,
} from 'forwardflow/extend';

export interface SteppedOptions {
  /** how far one step moves a weight */
  readonly step: number;
  /** standard deviation of what a read adds to each output */
  readonly noise: number;
  /** w moves by −rate · gradient, rounded to whole steps up or down at random, so that the mean is right */
  readonly rate: number;
}

/** A tile whose weights move in whole steps, and whose reads are noisy. */
export const stepped = (options: SteppedOptions): TilePlan => plan(import.meta.url, 'stepped', options);

export const create = (
  { step, noise, rate }: SteppedOptions,
  { arena, products }: TileGround,
): TileMaker => ({
  name: 'stepped',
  description: `steps of ${step}, read noise ${noise}, on ${products.description}`,
  tile({ inputs, units, weights: start, random }) {
    const exact = products.products(inputs, units);
    const { weights } = exact;
    const gradient = matrix(inputs, units, arena.floats(inputs * units));
    const [sum, count] = [new Float32Array(inputs * units), new Float64Array(1)];
    const streams = ['learn', 'predict', 'steps'].map((name) => random.fork(name));
    const [learning, predicting, steps] = streams;
    const disturb = ({ rows, columns, data }: Matrix, purpose: Purpose = 'learn'): void => {
      const draw = purpose === 'learn' ? learning : predicting;
      for (let i = 0; i < rows * columns; i++) data[i] += noise * draw.normal();
    };
    const program = (from: Float32Array): void => {
      if (from.length !== weights.length) throw new RangeError('weights must be inputs × units numbers');
      for (let i = 0; i < weights.length; i++) weights[i] = step * Math.round(from[i] / step);
      exact.written();
    };
    program(start);
    const [learn, predict, round] = streams.map(streamState);
    const state = together(arrays({ weights, sum, count }), joined({ learn, predict, round }));
    return {
      inputs,
      units,
      read(x, z, purpose) {
        exact.read(x, z);
        disturb(z, purpose);
      },
      readBack(delta, dx) {
        exact.readBack(delta, dx);
        disturb(dx);
      },
      correlate(x, delta) {
        exact.correlate(x, delta, gradient);
        for (let i = 0; i < sum.length; i++) sum[i] += gradient.data[i];
        count[0]++;
      },
      update() {
        for (let i = 0; i < sum.length; i++) {
          if (sum[i] === 0) continue;
          const moved = Math.floor((-rate * sum[i]) / (count[0] * step) + steps.uniform());
          weights[i] = step * (Math.round(weights[i] / step) + moved);
        }
        sum.fill(0);
        count[0] = 0;
        exact.written();
      },
      program,
      weights: () => weights.slice(),
      state: state.state,
      restore(from) {
        state.restore(from);
        exact.written();
      },
      get macs() {
        return exact.macs;
      },
      dispose: () => exact.dispose(),
    };
  },
});
