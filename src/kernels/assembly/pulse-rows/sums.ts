// Pulses of some vector updates on the cells of a line, four at a time, as sums.

import {
  active,
  beside,
  count,
  down,
  downSlopes,
  free,
  lower,
  ones,
  references,
  settle,
  sigma,
  sumOf,
  totals,
  units,
  up,
  upper,
  upSlopes,
  weights,
} from './line';

/** deviations of its noise that a cell must keep from its bounds to be written at once */
const margin: f32 = 5;
/** slopes up to this are small: a sum of up to 31 powers is a cubic in them */
const small: f32 = 0.01;

/** Pulses of one size: the weight of a cell follows from how many it got up and down. */
export function straight(noise: usize): f64 {
  let pulses: f64 = 0;
  const by = f32x4.splat(sigma);
  const far = f32x4.splat(margin);
  const zero = f32x4.splat(0);
  const whole = units & ~3;
  for (let j: usize = 0; j < whole; j += 4) {
    const at = j << 2;
    let total = i32x4.splat(0);
    let net = i32x4.splat(0);
    for (let k: usize = 0, entry = active; k < count; k++, entry += 12) {
      const words = v128.load(<usize>load<u32>(entry, 4) + at);
      const n = ones(v128.and(words, v128.load32_splat(entry)));
      const downward = i32x4.shr_s(v128.xor(words, v128.load32_splat(entry, 8)), 31);
      total = i32x4.add(total, n);
      net = i32x4.add(net, i32x4.sub(v128.xor(n, downward), downward));
    }
    pulses += sumOf(total);
    total = v128.and(total, free(j));
    v128.store(totals + at, i32x4.add(v128.load(totals + at), total));
    if (!v128.any_true(total)) continue;
    const ups = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.add(total, net), 1));
    const downs = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.sub(total, net), 1));
    const w = v128.load(weights + at);
    const rise = v128.load(up + at);
    const fall = v128.load(down + at);
    const raised = f32x4.mul(rise, ups);
    const lowered = f32x4.mul(fall, downs);
    const variance = f32x4.add(f32x4.mul(rise, raised), f32x4.mul(fall, lowered));
    const deviation = f32x4.mul(by, f32x4.sqrt(f32x4.abs(variance)));
    const room = f32x4.mul(far, deviation);
    const below = f32x4.le(f32x4.add(f32x4.add(w, raised), room), v128.load(upper + at));
    const above = f32x4.ge(f32x4.sub(f32x4.sub(w, lowered), room), v128.load(lower + at));
    const sound = v128.and(f32x4.ge(rise, zero), f32x4.ge(fall, zero));
    const z = sigma > 0 ? v128.load(noise + at) : zero;
    const moved = f32x4.add(w, f32x4.add(f32x4.sub(raised, lowered), f32x4.mul(deviation, z)));
    settle(at, total, v128.and(v128.and(below, above), sound), moved, w);
  }
  return pulses + beside(whole);
}

/** Pulses that get smaller in a straight line: each turns v into a + (1 + c) v, with noise of a deviation that is not v's. */
export function sloped(noise: usize): f64 {
  let pulses: f64 = 0;
  const by = f32x4.splat(sigma);
  const far = f32x4.splat(margin);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const single = i32x4.splat(1);
  const half = f32x4.splat(0.5);
  const thirds = f32x4.splat(<f32>(1.0 / 3.0));
  const quarter = f32x4.splat(0.25);
  const two = f32x4.splat(2);
  const three = f32x4.splat(3);
  const whole = units & ~3;
  for (let j: usize = 0; j < whole; j += 4) {
    const at = j << 2;
    let total = i32x4.splat(0);
    const w = v128.load(weights + at);
    const shift = references === 0 ? zero : v128.load(references + at);
    const rise = v128.load(up + at);
    const fall = v128.load(down + at);
    const risen = v128.load(upSlopes + at);
    const fallen = v128.load(downSlopes + at);
    const kept = f32x4.add(one, risen);
    const keptToo = f32x4.sub(one, fallen);
    const noiseUp = f32x4.mul(by, rise);
    const noiseDown = f32x4.mul(by, fall);
    const square = f32x4.mul(noiseUp, noiseUp);
    const squareToo = f32x4.mul(noiseDown, noiseDown);
    const growth = f32x4.mul(kept, kept);
    const growthToo = f32x4.mul(keptToo, keptToo);
    const largest = f32x4.max(f32x4.abs(risen), f32x4.abs(fallen));
    const gentle = i32x4.all_true(f32x4.le(largest, f32x4.splat(small)));
    let mean = f32x4.add(w, shift);
    let high = mean;
    let low = mean;
    let variance = zero;
    let all = zero;
    for (let k: usize = 0, entry = active; k < count; k++, entry += 12) {
      const words = v128.load(<usize>load<u32>(entry, 4) + at);
      const both = v128.and(words, v128.load32_splat(entry));
      if (!v128.any_true(both)) continue;
      const n = ones(both);
      const downward = i32x4.shr_s(v128.xor(words, v128.load32_splat(entry, 8)), 31);
      total = i32x4.add(total, n);
      const size = v128.bitselect(f32x4.neg(fall), rise, downward);
      const slope = v128.bitselect(f32x4.neg(fallen), risen, downward);
      const drawn = v128.bitselect(squareToo, square, downward);
      all = f32x4.add(all, f32x4.mul(f32x4.convert_i32x4_s(n), drawn));
      if (gentle) {
        const m = f32x4.convert_i32x4_s(n);
        const second = f32x4.mul(f32x4.sub(m, one), f32x4.mul(half, slope));
        const third = f32x4.mul(f32x4.sub(m, two), f32x4.mul(thirds, slope));
        const fourth = f32x4.mul(f32x4.sub(m, three), f32x4.mul(quarter, slope));
        const inner = f32x4.add(one, f32x4.mul(third, f32x4.add(one, fourth)));
        const powers = f32x4.mul(m, f32x4.add(one, f32x4.mul(second, inner)));
        const step = f32x4.add(size, f32x4.mul(slope, mean));
        const factor = f32x4.add(one, f32x4.mul(slope, powers));
        const added = f32x4.mul(f32x4.mul(m, drawn), f32x4.add(one, f32x4.add(second, second)));
        mean = f32x4.add(mean, f32x4.mul(step, powers));
        variance = f32x4.add(f32x4.mul(f32x4.mul(factor, factor), variance), added);
      } else {
        const grown = v128.bitselect(growthToo, growth, downward);
        let left = n;
        let live = i32x4.gt_s(left, i32x4.splat(0));
        while (v128.any_true(live)) {
          mean = v128.bitselect(f32x4.add(mean, f32x4.add(size, f32x4.mul(slope, mean))), mean, live);
          variance = v128.bitselect(f32x4.add(f32x4.mul(grown, variance), drawn), variance, live);
          left = i32x4.sub(left, single);
          live = i32x4.gt_s(left, i32x4.splat(0));
        }
      }
      high = f32x4.max(high, mean);
      low = f32x4.min(low, mean);
    }
    pulses += sumOf(total);
    total = v128.and(total, free(j));
    v128.store(totals + at, i32x4.add(v128.load(totals + at), total));
    if (!v128.any_true(total)) continue;
    const room = f32x4.mul(far, f32x4.sqrt(all));
    const below = f32x4.le(f32x4.add(high, room), v128.load(upper + at));
    const above = f32x4.ge(f32x4.sub(low, room), v128.load(lower + at));
    const shrinks = v128.and(f32x4.ge(kept, zero), f32x4.le(kept, one));
    const shrinksToo = v128.and(f32x4.ge(keptToo, zero), f32x4.le(keptToo, one));
    const sound = v128.and(v128.and(below, above), v128.and(shrinks, shrinksToo));
    const z = sigma > 0 ? v128.load(noise + at) : zero;
    const moved = f32x4.sub(f32x4.add(mean, f32x4.mul(f32x4.sqrt(variance), z)), shift);
    settle(at, total, sound, moved, w);
  }
  return pulses + beside(whole);
}
