import { type Random, random } from '../../../core/random.ts';
import { arrays, type Stateful } from '../../../core/state.ts';

/** A fixed, seeded function that nobody knows but who made it, and that may turn into another one as it is used. */
export interface SineBox extends Stateful {
  /** updates since it was new */
  readonly age: number;
  /**
   * y = f(x), as the box is now.
   *
   * @param x       [rows × inputs]
   * @param angles  receives what the sines are of, for `back` [rows × hidden]
   * @param y       overwritten [rows × units]
   */
  pass(x: Float32Array, rows: number, angles: Float32Array, y: Float32Array): void;
  /**
   * dx = Jᵀδ, by the derivative that the box had at that age.
   *
   * @param delta   ∂L/∂y [rows × units]
   * @param angles  what `pass` left [rows × hidden]
   * @param dx      overwritten [rows × inputs]
   */
  back(delta: Float32Array, rows: number, angles: Float32Array, age: number, dx: Float32Array): void;
  /** One update has gone by. */
  step(): void;
}

export interface SineBoxOptions {
  readonly inputs: number;
  readonly units: number;
  /** sines inside */
  readonly hidden: number;
  /** s, 0 to 1 */
  readonly strength: number;
  /** γ, in radians, > 0 */
  readonly sharpness: number;
  /** updates until nothing is left of what it was, or Infinity */
  readonly lifetime: number;
  readonly seed: number;
  /** of the layer: two boxes of one seed differ */
  readonly index: number;
}

/** What the box is made of at one time. */
interface Parts {
  /** U ~ N(0, γ² / inputs) [inputs × hidden] */
  readonly inward: Float64Array;
  /** φ, uniform in a full turn [hidden] */
  readonly phase: Float64Array;
  /** V ~ N(0, 2 / hidden): rows of root mean square 1 come out so [hidden × units] */
  readonly outward: Float64Array;
}

/**
 * f(x) = √(1 − s²) x + s · sin(x·U + φ)·V: it mixes all inputs, rises and falls, and has no weight that learns. Where it has fewer
 * units than inputs, or more, x is cut or filled up with zeros.
 *
 * A box that ages turns from one such function into the next, matrix by matrix, U = cos(α) U₀ + sin(α) U₁ with
 * α = (π / 2) · updates / lifetime: at each age it is as strong and as sharp as when it was new.
 */
export function sineBox(options: SineBoxOptions): SineBox {
  const { inputs, units, hidden, strength, lifetime } = options;
  const straight = Math.sqrt(1 - strength * strength);
  const shared = Math.min(inputs, units);
  const root = random(options.seed).fork(`black box of layer ${options.index}`);
  const made = new Map<number, Parts>();
  const partsOf = (generation: number): Parts => {
    const found = made.get(generation) ?? drawn(root.fork(`generation ${generation}`), options);
    made.set(generation, found);
    return found;
  };
  const empty = { inward: inputs * hidden, phase: hidden, outward: hidden * units };
  const now = lifetime === Number.POSITIVE_INFINITY ? partsOf(0) : roomFor(empty);
  const updates = new Float64Array(1);
  let shownAge = Number.NaN;
  const show = (age: number): Parts => {
    if (lifetime === Number.POSITIVE_INFINITY || age === shownAge) return now;
    const generation = Math.floor(age / lifetime);
    const angle = (Math.PI / 2) * (age / lifetime - generation);
    for (const old of made.keys()) if (old < generation - 1) made.delete(old);
    blend(partsOf(generation), partsOf(generation + 1), Math.cos(angle), Math.sin(angle), now);
    shownAge = age;
    return now;
  };
  // one row at a time, in float64: JavaScript computes in nothing else, and converting takes longer than the product
  const [angle, through] = [new Float64Array(hidden), new Float64Array(hidden)];
  const [row, above] = [new Float64Array(units), new Float64Array(units)];
  return {
    ...arrays({ updates }),
    get age() {
      return updates[0];
    },
    pass(x, rows, angles, y) {
      const { inward, phase, outward } = show(updates[0]);
      for (let r = 0; r < rows; r++) {
        angle.set(phase);
        addProduct(x, r * inputs, inputs, inward, angle);
        angles.set(angle, r * hidden);
        for (let k = 0; k < hidden; k++) through[k] = strength * Math.sin(angle[k]);
        row.fill(0);
        for (let j = 0; j < shared; j++) row[j] = straight * x[r * inputs + j];
        if (strength > 0) addProduct(through, 0, hidden, outward, row);
        y.set(row, r * units);
      }
    },
    back(delta, rows, angles, age, dx) {
      const { inward, outward } = show(age);
      for (let r = 0; r < rows; r++) {
        above.set(delta.subarray(r * units, (r + 1) * units));
        for (let k = 0; k < hidden; k++)
          through[k] = strength * Math.cos(angles[r * hidden + k]) * dot(outward, k * units, above);
        for (let i = 0; i < inputs; i++) {
          const straightOn = i < shared ? straight * above[i] : 0;
          dx[r * inputs + i] = straightOn + dot(inward, i * hidden, through);
        }
      }
    },
    step() {
      updates[0]++;
    },
  };
}

function drawn(draw: Random, { inputs, units, hidden, sharpness }: SineBoxOptions): Parts {
  const of = (name: string, count: number, size: number): Float64Array => {
    const stream = draw.fork(name);
    return Float64Array.from({ length: count }, () => size * stream.normal());
  };
  const turns = draw.fork('phase');
  return {
    inward: of('inward', inputs * hidden, sharpness / Math.sqrt(inputs)),
    phase: Float64Array.from({ length: hidden }, () => 2 * Math.PI * turns.uniform()),
    outward: of('outward', hidden * units, Math.sqrt(2 / hidden)),
  };
}

function roomFor(sizes: Readonly<Record<keyof Parts, number>>): Parts {
  const { inward, phase, outward } = sizes;
  return {
    inward: new Float64Array(inward),
    phase: new Float64Array(phase),
    outward: new Float64Array(outward),
  };
}

/** Sums of normal numbers keep their spread where the squares of both shares add up to 1; phases go from one to the other. */
function blend(from: Parts, to: Parts, before: number, after: number, into: Parts): void {
  for (const part of ['inward', 'outward'] as const)
    for (let i = 0; i < into[part].length; i++) into[part][i] = before * from[part][i] + after * to[part][i];
  const gone = after * after;
  for (let k = 0; k < into.phase.length; k++) into.phase[k] = (1 - gone) * from.phase[k] + gone * to.phase[k];
}

/** into += x·M for `count` numbers of x from `start` on, of which many are 0 after a ReLU; two rows of M at a time. */
function addProduct(
  x: Float32Array | Float64Array,
  start: number,
  count: number,
  m: Float64Array,
  into: Float64Array,
): void {
  const columns = into.length;
  const next = (from: number): number => {
    let i = from;
    while (i < count && x[start + i] === 0) i++;
    return i;
  };
  for (let i = next(0); i < count; ) {
    const other = next(i + 1);
    const [one, two] = [x[start + i], other < count ? x[start + other] : 0];
    const [first, second] = [i * columns, (other < count ? other : i) * columns];
    for (let j = 0; j < columns; j++) into[j] += one * m[first + j] + two * m[second + j];
    i = next(other + 1);
  }
}

function dot(m: Float64Array, start: number, row: Float64Array): number {
  let [even, odd] = [0, 0];
  const last = row.length - 1;
  for (let j = 0; j < last; j += 2) {
    even += m[start + j] * row[j];
    odd += m[start + j + 1] * row[j + 1];
  }
  return row.length % 2 === 1 ? even + odd + m[start + last] * row[last] : even + odd;
}
