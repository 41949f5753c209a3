import * as tf from '@tensorflow/tfjs';

await tf.setBackend('cpu');
await tf.ready();

/** What autograd makes of a Forward-Forward loss that is written out over whole rows. */
export interface Case {
  readonly rows: number;
  readonly inputs: number;
  readonly units: number;
  /** [rows × inputs] */
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  readonly w: Float32Array;
  readonly b: Float32Array;
  readonly goodness: 'mean' | 'sum' | 'minus';
  readonly loss: Logistic | Symba;
  /** added to the goodness of the positive rows, and of the negative ones [rows each]; left out, 0 */
  readonly below?: readonly [Float32Array, Float32Array];
}

interface Logistic {
  readonly kind: 'logistic';
  readonly alpha: number;
  readonly theta: number;
}

interface Symba {
  readonly kind: 'symba';
  readonly alpha: number;
}

export interface Answer {
  readonly loss: number;
  /** ∂L/∂W, ∂L/∂b, … in the order in which they were given */
  readonly gradients: Float32Array[];
}

export function forwardForwardGradients(of: Case): Answer {
  const { rows, inputs, units, loss } = of;
  return gradientsOf([tf.tensor2d(of.w, [inputs, units]), tf.tensor1d(of.b)], ([w, b]) => {
    const goodness = (x: Float32Array, below: Float32Array = new Float32Array(rows)) => {
      const h = tf.relu(tf.add(tf.matMul(tf.tensor2d(x, [rows, inputs]), w as tf.Tensor2D), b));
      const mean = tf.mul(of.goodness === 'minus' ? -1 : 1, tf.mean(tf.square(h), 1));
      const own = of.goodness === 'sum' ? tf.sum(tf.square(h), 1) : mean;
      return tf.add(own, tf.tensor1d(below));
    };
    const [up, down] = [goodness(of.positive, of.below?.[0]), goodness(of.negative, of.below?.[1])];
    const each =
      loss.kind === 'symba'
        ? tf.softplus(tf.mul(-loss.alpha, tf.sub(up, down)))
        : tf.add(
            tf.softplus(tf.mul(-loss.alpha, tf.sub(up, loss.theta))),
            tf.softplus(tf.mul(loss.alpha, tf.sub(down, loss.theta))),
          );
    return tf.mean(each);
  });
}

/** A layer of a network: W [inputs × units] and b [units]. */
export interface Weights {
  readonly inputs: number;
  readonly units: number;
  readonly w: Float32Array;
  readonly b: Float32Array;
  /** what its output is multiplied by, 0 where dropout has silenced a unit [rows × units]; left out, 1 */
  readonly mask?: Float32Array;
}

/**
 * The mean cross-entropy of a network with ReLU after every layer but the last.
 *
 * @returns gradients of W and b of each layer in turn, then of the input
 */
export function crossEntropyGradients(
  x: Float32Array,
  labels: Uint16Array,
  layers: readonly Weights[],
  smoothing = 0,
): Answer {
  const rows = labels.length;
  const tensors = layers.flatMap(({ inputs, units, w, b }) => [
    tf.tensor2d(w, [inputs, units]),
    tf.tensor1d(b),
  ]);
  return gradientsOf([...tensors, tf.tensor2d(x, [rows, layers[0].inputs])], (all) => {
    let h = all[all.length - 1];
    for (let l = 0; l < layers.length; l++) {
      const z = tf.add(tf.matMul(h as tf.Tensor2D, all[2 * l] as tf.Tensor2D), all[2 * l + 1]);
      h = l < layers.length - 1 ? tf.relu(z) : z;
      const { mask } = layers[l];
      if (mask) h = tf.mul(h, tf.tensor2d(mask, [rows, layers[l].units]));
    }
    const classes = layers[layers.length - 1].units;
    const truth = tf.oneHot(tf.tensor1d(Array.from(labels), 'int32'), classes);
    const target = tf.add(tf.mul(truth, 1 - smoothing), smoothing / classes);
    return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(h)), 1)));
  });
}

function gradientsOf(of: tf.Tensor[], loss: (of: tf.Tensor[]) => tf.Tensor): Answer {
  return tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads((...all: tf.Tensor[]) => loss(all) as tf.Scalar)(of);
    return { loss: value.dataSync()[0], gradients: grads.map((g) => g.dataSync().slice() as Float32Array) };
  });
}
