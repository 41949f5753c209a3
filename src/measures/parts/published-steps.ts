import { must } from '../../core/check.ts';
import { type Reuse, ReuseTracker } from './reuse-tracker.ts';

/** Accesses in order, and the floats of each buffer: `x W1 >h` reads x and W1, then writes h. */
export interface Steps {
  readonly accesses: string;
  readonly floats: Readonly<Record<string, number>>;
}

/**
 * Reuse distances of written-down steps on an empty memory.
 *
 * @throws {RangeError} when a buffer has no size
 */
export function reuseOf({ accesses, floats }: Steps): Reuse {
  const tracker = new ReuseTracker();
  for (const access of accesses.trim().split(/\s+/)) {
    const buffer = access.replace('>', '');
    const size = floats[buffer];
    must(size !== undefined, `buffer '${buffer}'`, `one of ${Object.keys(floats).join(', ')}`, buffer);
    if (access.startsWith('>')) tracker.write(buffer, size);
    else tracker.read(buffer, size);
  }
  return tracker.value();
}

/**
 * The steps whose reuse distances the Sutro group published for sparse parity, one sample on a cold memory, and what is
 * comparable with them. W is weights, b biases; h1p is the activity of layer 1 on the positive sample.
 *
 * @param n      bits of a sample
 * @param units  of the hidden layers
 */
export function publishedSteps(n: number, units: number) {
  const pass = (s: string) => `x W1 b1 >h1${s} h1${s} >W1 >b1 W2 b2 >h2${s} h2${s} >W2 >b2`;
  const cold = '>W1 >b1 >W2 >b2 >x >y';
  const forward = `${cold} x W1 b1 >z z >h h W2 b2 >o o y`;
  const back = '>e e h >dW2 >db2 W2 e >dh dh z >dz dz x W1 >W1 dz b1 >b1 dW2 W2 >W2 db2 b2 >b2';
  const up = 'x W1 b1 >h1 h1 W2 b2 >h2 h2 W3 b3 >o o y >d3';
  const down = 'd3 h2 W3 >d2 b3 >W3 >b3 d2 h1 W2 >d1 b2 >W2 >b2 d1 x W1 b1 >W1 >b1';
  const shared = { x: n, y: 1, o: 1, b1: units, W1: (n + 1) * units };
  /** Two layers of Forward-Forward on n bits and a label, a step on a positive and a negative sample. */
  const pair = (second: number): Steps => ({
    accesses: `${cold} ${pass('p')} ${pass('n')}`,
    floats: {
      ...{ ...shared, W2: units * second, b2: second },
      ...{ h1p: units, h1n: units, h2p: second, h2n: second },
    },
  });
  const hidden = { z: units, h: units, dh: units, dz: units, dW2: units, W2: units, e: 1, b2: 1, db2: 1 };
  const single = { ...shared, ...hidden, W1: n * units };
  return {
    forwardForward: pair(units),
    /** of as many weights as backprop has: one unit in layer 2 */
    slimForwardForward: pair(1),
    /** the step of backprop that was recorded: it returned before its backward pass */
    forwardOnly: { accesses: forward, floats: single } as Steps,
    /** the same network with its backward pass and update */
    backprop: { accesses: `${forward} ${back}`, floats: single } as Steps,
    /** backprop over Forward-Forward's two layers, with one output on top */
    sameStack: {
      accesses: `>W1 >b1 >W2 >b2 >W3 >b3 >x >y ${up} ${down}`,
      floats: {
        ...{ ...shared, x: n + 1, W2: units * units, W3: units },
        ...{ b2: units, b3: 1, h1: units, h2: units, d1: units, d2: units, d3: 1 },
      },
    } as Steps,
  };
}
