import { normalised, type Row, rectified, squaresOf } from './oracle.ts';

/** A recurrent Forward-Forward net in float64, a row at a time, as the paper writes it; gradients by central differences. */

export interface Weights {
  /** from below [inputs × units] */
  readonly U: Row[];
  readonly b: Row;
  /** from above, or from the label [width × units]; none where nothing is read from above */
  readonly V: Row[];
}

export interface Net {
  readonly weights: readonly Weights[];
  readonly damping: number;
  readonly learned: readonly [number, number];
  readonly scored: readonly [number, number];
  readonly feedback: boolean;
  readonly alpha: number;
}

const plus = (a: Row, b: Row): Row => a.map((value, i) => value + b[i]);
const times = (x: Row, w: readonly Row[], units: number): Row =>
  Array.from({ length: units }, (_, j) => w.reduce((sum, row, i) => sum + x[i] * row[j], 0));
const goodness = (h: Row): number => squaresOf(h) / h.length;

/** the label above the top layer, at root mean square 1 */
const hot = (label: number, classes: number): Row =>
  Array.from({ length: classes }, (_, c) => (c === label ? Math.sqrt(classes) : 0));

/** One layer's next state, from what its neighbours sent at the iteration before. */
function next(
  { U, b, V }: Weights,
  { damping }: Pick<Net, 'damping'>,
  { h, below, above }: { h: Row; below: Row; above: Row | undefined },
): Row {
  const fromAbove = above && V.length > 0 ? times(above, V, b.length) : b.map(() => 0);
  const a = rectified(plus(plus(times(below, U, b.length), fromAbove), b));
  return a.map((value, j) => damping * h[j] + (1 - damping) * value);
}

/** h of each layer at each iteration, from the pass on [iterations + 1][layers] */
function course(net: Net, image: Row, label: number, classes: number, last: number): Row[][] {
  let below = image;
  const pass = net.weights.map(({ U, b }) => {
    const h = rectified(plus(times(below, U, b.length), b));
    below = normalised(h);
    return h;
  });
  const states = [pass];
  for (let t = 1; t <= last; t++) {
    const was = states[t - 1];
    states.push(
      net.weights.map((weights, l) =>
        next(weights, net, { h: was[l], ...seen(net, was, l, image, label, classes) }),
      ),
    );
  }
  return states;
}

/** What a layer reads where its net was in such a state. */
function seen(net: Net, was: readonly Row[], l: number, image: Row, label: number, classes: number) {
  const top = l === net.weights.length - 1;
  return {
    below: l === 0 ? image : normalised(was[l - 1]),
    above: top ? hot(label, classes) : net.feedback ? normalised(was[l + 1]) : undefined,
  };
}

/** Σ over the iterations scored and all layers of the goodness of each label. */
export function scoresOf(net: Net, image: Row, classes: number): Row {
  const [first, last] = net.scored;
  return Array.from({ length: classes }, (_, label) =>
    course(net, image, label, classes, last)
      .slice(first)
      .flat()
      .reduce((sum, h) => sum + goodness(h), 0),
  );
}

/** ∂/∂ weights of every layer's own loss, a mean over samples and iterations; what was there an iteration before is constant. */
export function gradientsOf(
  net: Net,
  images: readonly Row[],
  labels: readonly number[],
  wrong: readonly number[],
): Weights[] {
  const classes = 2;
  const [first, last] = net.learned;
  const ways = images.map((image, i) =>
    [labels[i], wrong[i]].map((label) => ({ label, states: course(net, image, label, classes, last) })),
  );
  const lossOf = (l: number, weights: Weights): number => {
    let sum = 0;
    for (const [i, image] of images.entries()) {
      for (let t = first; t <= last; t++) {
        const [positive, negative] = ways[i].map(({ label, states }) => {
          const was = states[t - 1];
          return goodness(next(weights, net, { h: was[l], ...seen(net, was, l, image, label, classes) }));
        });
        sum += Math.log1p(Math.exp(-net.alpha * (positive - negative)));
      }
    }
    return sum / (images.length * (last - first + 1));
  };
  const step = 1e-6;
  return net.weights.map((weights, l) => {
    const slope = (change: (by: number) => Weights): number =>
      (lossOf(l, change(step)) - lossOf(l, change(-step))) / (2 * step);
    const matrix = (which: 'U' | 'V'): Row[] =>
      weights[which].map((row, i) =>
        row.map((_, j) =>
          slope((by) => ({
            ...weights,
            [which]: weights[which].map((own, k) =>
              k === i ? own.map((w, m) => (m === j ? w + by : w)) : own,
            ),
          })),
        ),
      );
    const b = weights.b.map((_, j) =>
      slope((by) => ({ ...weights, b: weights.b.map((value, m) => (m === j ? value + by : value)) })),
    );
    return { U: matrix('U'), b, V: matrix('V') };
  });
}
