import { must, mustBeShare, mustBeWhole } from '../core/check.ts';
import type { SampleStream } from '../data/endless.ts';
import { ForwardPass } from './parts/forward-pass.ts';
import { generated, type StreamOptions, worldOf } from './stream.ts';

export interface HyperplaneOptions extends StreamOptions {
  /** d, 2 or more; left out, 10 */
  readonly features?: number | undefined;
  /** how many weights move, the first ones, at most `features`; left out, 2 */
  readonly drifting?: number | undefined;
  /** what a moving weight gains or loses with each sample, 0 to 1; left out, 0 */
  readonly magnitude?: number | undefined;
  /** probability that a label is flipped, as River has it: 0.01 less is what happens; left out, 0.05 */
  readonly noise?: number | undefined;
  /** probability that a moving weight turns round, as River has it: 0.01 less is what happens; left out, 0.1 */
  readonly sigma?: number | undefined;
}

/**
 * A hyperplane that turns: an incremental change of the concept. Features xᵢ are uniform in [0, 1), weights wᵢ at first too.
 *
 *     y = 1 if Σ wᵢxᵢ ≥ ½ Σ wᵢ, else 0;   after each sample wᵢ ← wᵢ + dᵢ · magnitude, and dᵢ ← −dᵢ with probability sigma − 0.01
 *
 * Weights at sample i come from a pass over the i samples before, of which states are kept. Noise and sigma hold where
 * 0.01 + u ≤ noise, as in MOA and River.
 *
 * @throws {RangeError} when an option is out of range
 * @see Hulten, Spencer and Domingos 2001, Mining time-changing data streams; River 0.26 `synth.Hyperplane`
 */
export function hyperplane({
  features = 10,
  drifting = 2,
  magnitude = 0,
  noise = 0.05,
  sigma = 0.1,
  ...options
}: HyperplaneOptions = {}): SampleStream {
  mustBeWhole(features, 'features of hyperplane', 2);
  mustBeWhole(drifting, 'drifting of hyperplane', 0, 'features');
  must(drifting <= features, 'drifting of hyperplane', `at most ${features}, its features`, drifting);
  mustBeShare(magnitude, 'magnitude of hyperplane');
  mustBeShare(noise, 'noise of hyperplane');
  mustBeShare(sigma, 'sigma of hyperplane');
  const world = worldOf('hyperplane', options);
  const weight = world.fork('weights');
  // the weights, then the directions of those that move
  const start = Float64Array.from({ length: features + drifting }, (_, i) =>
    i < features ? weight.uniform() : 1,
  );
  const moves = magnitude > 0 && drifting > 0;
  const pass = new ForwardPass({
    start,
    random: world.fork('drift'),
    step(numbers, random) {
      for (let i = 0; i < drifting; i++) {
        numbers[i] += numbers[features + i] * magnitude;
        if (0.01 + random.uniform() <= sigma) numbers[features + i] *= -1;
      }
    },
  });
  return generated({
    ...{ name: 'hyperplane', width: features, classes: 2 },
    sample(index, random, into) {
      const weights = moves ? pass.after(index) : start;
      let sum = 0;
      let half = 0;
      for (let i = 0; i < features; i++) {
        const x = random.uniform();
        into[i] = x;
        sum += weights[i] * x;
        half += weights[i] / 2;
      }
      const label = sum >= half ? 1 : 0;
      return 0.01 + random.uniform() <= noise ? 1 - label : label;
    },
  });
}
