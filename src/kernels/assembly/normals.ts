// Standard normal draws by a ziggurat of 256 layers; ../analog/ziggurat.ts makes its tables and says what it is.
// Every step is an IEEE operation, so that plain TypeScript draws the same bits.

/** for each layer its width / 2²⁴ as f32 and the edge below which a draw surely lies under the curve as i32  [256] */
let layers: usize = 0;
/** density at the border of each layer, f64 [257] */
let heights: usize = 0;

const tailStart: f64 = 3.6541528853610088;
const ln2: f64 = Math.LN2;
/** where the words of the fifth generator lie, in bytes */
const fifth: usize = 64;

/** Called once, when the module is instantiated: the tables lie in the run's memory. */
export function ziggurat(layersAt: usize, heightsAt: usize): void {
  layers = layersAt;
  heights = heightsAt;
}

/**
 * into[i] = one standard normal draw, for i < count, four at a time: what is left of the last four is thrown away.
 *
 * @param state  20 words, moved on: four generators xoshiro128++ side by side, and a fifth one for draws that need more
 */
export function normals(into: usize, count: usize, state: usize): void {
  let a = v128.load(state, 0);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  const table = layers;
  const last = i32x4.splat(255);
  const odd = i32x4.splat(1);
  for (let i: usize = 0; i < count; i += 4) {
    const first = i32x4.add(a, d);
    const words = i32x4.add(v128.or(i32x4.shl(first, 7), i32x4.shr_u(first, 25)), a);
    const t = i32x4.shl(b, 9);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    b = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, t);
    d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
    const chosen = v128.and(words, last);
    const values = v128.or(i32x4.shr_s(words, 7), odd);
    let low = v128.load64_zero(table + (i32x4.extract_lane(chosen, 0) << 3));
    low = v128.load_lane<u64>(table + (i32x4.extract_lane(chosen, 1) << 3), low, 1);
    let high = v128.load64_zero(table + (i32x4.extract_lane(chosen, 2) << 3));
    high = v128.load_lane<u64>(table + (i32x4.extract_lane(chosen, 3) << 3), high, 1);
    const widths = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
    const edges = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
    const drawn = f32x4.mul(f32x4.convert_i32x4_s(values), widths);
    const sure = i32x4.lt_s(i32x4.abs(values), edges);
    const at = into + (i << 2);
    if (i + 4 <= count && i32x4.all_true(sure)) {
      v128.store(at, drawn);
      continue;
    }
    store<f32>(at, accepted(i32x4.extract_lane(words, 0), state));
    if (count - i > 1) store<f32>(at + 4, accepted(i32x4.extract_lane(words, 1), state));
    if (count - i > 2) store<f32>(at + 8, accepted(i32x4.extract_lane(words, 2), state));
    if (count - i > 3) store<f32>(at + 12, accepted(i32x4.extract_lane(words, 3), state));
  }
  v128.store(state, a, 0);
  v128.store(state, b, 16);
  v128.store(state, c, 32);
  v128.store(state, d, 48);
}

/** One standard normal draw, for loops that can't tell beforehand how many they need. */
export function normal(state: usize): f32 {
  return accepted(next(state + fifth), state);
}

/** The draw that this word gives, or, where it lies above the curve, another one. */
function accepted(word: u32, state: usize): f32 {
  const at = layers + ((word & 255) << 3);
  const value = (<i32>word >> 7) | 1;
  if (abs<i32>(value) < load<i32>(at, 4)) return <f32>value * load<f32>(at);
  return beyond(word, state + fifth);
}

/** A draw that does not surely lie under the curve: accepted, drawn anew, or taken from the tail. */
function beyond(word: u32, state: usize): f32 {
  while (true) {
    const layer = word & 255;
    const value = (<i32>word >> 7) | 1;
    const at = layers + (layer << 3);
    const x = <f32>value * load<f32>(at);
    if (abs<i32>(value) < load<i32>(at, 4)) return x;
    if (layer === 0) return tail(value < 0, state);
    const low = load<f64>(heights + (layer << 3));
    const high = load<f64>(heights + (layer << 3), 8);
    if (low + uniform(state) * (high - low) < density(x)) return x;
    word = next(state);
  }
}

/** |z| > 3.654…: Marsaglia's exponential rejection */
function tail(negative: bool, state: usize): f32 {
  while (true) {
    const x = -logarithm(uniform(state)) / tailStart;
    const y = -logarithm(uniform(state));
    if (y + y < x * x) continue;
    const z = <f32>(tailStart + x);
    return negative ? -z : z;
  }
}

/** uniform in (0, 1) */
function uniform(state: usize): f64 {
  return (<f64>next(state) + 0.5) / 4294967296.0;
}

/** exp(−x²/2) for |x| < 4: a Taylor series of its 64th root */
function density(x: f32): f64 {
  const t = (-0.5 * <f64>x * <f64>x) / 64;
  let sum: f64 = 1;
  for (let k: f64 = 10; k > 0; k--) sum = 1 + (t / k) * sum;
  for (let k = 0; k < 6; k++) sum *= sum;
  return sum;
}

/** ln u for 0 < u < 1: the series of atanh after doubling u into [½, 1) */
export function logarithm(u: f64): f64 {
  let halvings: f64 = 0;
  for (; u < 0.5; halvings++) u += u;
  const s = (u - 1) / (u + 1);
  const square = s * s;
  let sum: f64 = 0;
  for (let k: f64 = 33; k > 0; k -= 2) sum = 1 / k + square * sum;
  return 2 * s * sum - halvings * ln2;
}

/** The next word of xoshiro128++ of four words. */
function next(state: usize): u32 {
  const a = load<u32>(state, 0);
  const b = load<u32>(state, 4);
  const c = load<u32>(state, 8) ^ a;
  const d = load<u32>(state, 12);
  const mixed = d ^ b;
  store<u32>(state, a ^ mixed, 0);
  store<u32>(state, b ^ c, 4);
  store<u32>(state, c ^ (b << 9), 8);
  store<u32>(state, rotl<u32>(mixed, 11), 12);
  return rotl<u32>(a + d, 7) + a;
}
