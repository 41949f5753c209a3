/**
 * Words whose bits are 1 where u < share, u uniform, four lines at a time; ../analog/trains.ts says how.
 *
 * @param state  16 words, moved on: four generators xoshiro128++ side by side
 * @returns  bits that are 1
 */
export function trains(shares: usize, words: usize, state: usize, slots: i32, count: usize): i32 {
  return draw(shares, 1, 0, 0, words, state, slots, count, 0);
}

/** The trains of numbers, with their signs; ../analog/trains.ts says how. */
export function signedTrains(
  numbers: usize,
  factor: f64,
  flip: i32,
  words: usize,
  state: usize,
  slots: i32,
  count: usize,
  tally: usize,
): i32 {
  return draw(numbers, <f32>factor, 0x8000_0000, flip << 31, words, state, slots, count, tally);
}

/** @param marked  the bit of a word that is the number's sign, 0 for none; flipped where `flip` has it */
function draw(
  shares: usize,
  factor: f32,
  marked: u32,
  flip: u32,
  words: usize,
  state: usize,
  slots: i32,
  count: usize,
  tally: usize,
): i32 {
  let a = v128.load(state, 0);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  const all = i32x4.splat(slots >= 32 ? -1 : (1 << slots) - 1);
  const one = f32x4.splat(1);
  const scale = f32x4.splat(4294967296);
  const zero = i32x4.splat(0);
  const by = f32x4.splat(factor);
  const marks = i32x4.splat(marked);
  const flips = i32x4.splat(flip);
  const barelyOne = f32x4.splat(1.000001);
  let nonzero = i32x4.splat(0);
  let saturated = i32x4.splat(0);
  let fired: i32 = 0;
  for (let i: usize = 0; i < count; i += 4) {
    const numbers = i + 4 <= count ? v128.load(shares) : few(shares, count - i);
    const share = f32x4.mul(f32x4.abs(numbers), by);
    nonzero = i32x4.sub(nonzero, f32x4.ne(numbers, f32x4.splat(0)));
    saturated = i32x4.sub(saturated, f32x4.gt(share, barelyOne));
    const always = f32x4.ge(share, one);
    let fires = v128.and(all, always);
    let undecided = v128.andnot(all, always);
    let bits = v128.andnot(i32x4.trunc_sat_f32x4_u(f32x4.mul(share, scale)), always);
    while (v128.any_true(v128.and(undecided, i32x4.ne(bits, zero)))) {
      const first = i32x4.add(a, d);
      const word = i32x4.add(v128.or(i32x4.shl(first, 7), i32x4.shr_u(first, 25)), a);
      const t = i32x4.shl(b, 9);
      c = v128.xor(c, a);
      d = v128.xor(d, b);
      b = v128.xor(b, c);
      a = v128.xor(a, d);
      c = v128.xor(c, t);
      d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
      const mask = i32x4.shr_s(bits, 31);
      fires = v128.or(fires, v128.andnot(v128.and(undecided, mask), word));
      undecided = v128.andnot(undecided, v128.xor(word, mask));
      bits = i32x4.shl(bits, 1);
    }
    fired += ones(fires);
    fires = v128.or(fires, v128.and(marks, v128.xor(f32x4.lt(numbers, f32x4.splat(0)), flips)));
    if (i + 4 <= count) v128.store(words, fires);
    else {
      store<i32>(words, i32x4.extract_lane(fires, 0));
      if (count - i > 1) store<i32>(words + 4, i32x4.extract_lane(fires, 1));
      if (count - i > 2) store<i32>(words + 8, i32x4.extract_lane(fires, 2));
    }
    shares += 16;
    words += 16;
  }
  v128.store(state, a, 0);
  v128.store(state, b, 16);
  v128.store(state, c, 32);
  v128.store(state, d, 48);
  if (tally !== 0) {
    store<i32>(tally, sum(nonzero), 0);
    store<i32>(tally, sum(saturated), 4);
  }
  return fired;
}

/** The last one to three shares, and 0 beyond them, where nothing fires. */
function few(at: usize, count: usize): v128 {
  let share = f32x4.replace_lane(f32x4.splat(0), 0, load<f32>(at));
  if (count > 1) share = f32x4.replace_lane(share, 1, load<f32>(at, 4));
  if (count > 2) share = f32x4.replace_lane(share, 2, load<f32>(at, 8));
  return share;
}

function ones(words: v128): i32 {
  return <i32>(popcnt<u64>(i64x2.extract_lane(words, 0)) + popcnt<u64>(i64x2.extract_lane(words, 1)));
}

function sum(four: v128): i32 {
  const pairs = i32x4.add(four, i32x4.shuffle(four, four, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
