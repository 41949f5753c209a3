const four: usize = 16;

/** Bits of |x| compare as whole numbers as |x| does, and those of NaN lie above all others. */
export function largest(x: usize, into: usize, stride: usize, rows: usize, columns: usize): void {
  const magnitude = i32x4.splat(0x7fffffff);
  for (let r: usize = 0; r < rows; r++) {
    let at = x + ((r * stride) << 2);
    const far = at + ((columns & ~15) << 2);
    const end = at + ((columns & ~3) << 2);
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    while (at < far) {
      a = i32x4.max_s(a, v128.and(v128.load(at), magnitude));
      b = i32x4.max_s(b, v128.and(v128.load(at, 16), magnitude));
      c = i32x4.max_s(c, v128.and(v128.load(at, 32), magnitude));
      d = i32x4.max_s(d, v128.and(v128.load(at, 48), magnitude));
      at += 64;
    }
    while (at < end) {
      a = i32x4.max_s(a, v128.and(v128.load(at), magnitude));
      at += four;
    }
    a = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
    let most = max(
      max(i32x4.extract_lane(a, 0), i32x4.extract_lane(a, 1)),
      max(i32x4.extract_lane(a, 2), i32x4.extract_lane(a, 3)),
    );
    for (let j = columns & ~3; j < columns; j++) {
      most = max(most, load<i32>(at) & 0x7fffffff);
      at += 4;
    }
    store<i32>(into + (r << 2), most);
  }
}

export function encode(
  x: usize,
  factors: usize,
  into: usize,
  stride: usize,
  rows: usize,
  columns: usize,
  step: f32,
  bound: f32,
): u32 {
  let clipped: u32 = 0;
  const beyond: f32 = bound * 1.000001;
  const beyonds = f32x4.splat(beyond);
  const tops = f32x4.splat(bound);
  const bottoms = f32x4.splat(-bound);
  const steps = f32x4.splat(step);
  for (let r: usize = 0; r < rows; r++) {
    let from = x + ((r * stride) << 2);
    const factor = load<f32>(factors + (r << 2));
    const scales = f32x4.splat(factor);
    const end = from + ((columns & ~3) << 2);
    let counts = i32x4.splat(0);
    while (from < end) {
      let v = f32x4.mul(v128.load(from), scales);
      if (step > 0) v = f32x4.mul(f32x4.nearest(f32x4.div(v, steps)), steps);
      if (bound > 0) {
        counts = i32x4.sub(counts, f32x4.gt(f32x4.abs(v), beyonds));
        v = f32x4.pmax(f32x4.pmin(v, tops), bottoms);
      }
      v128.store(into, v);
      from += four;
      into += four;
    }
    clipped += total(counts);
    for (let j = columns & ~3; j < columns; j++) {
      let v = load<f32>(from) * factor;
      if (step > 0) v = nearest<f32>(v / step) * step;
      if (bound > 0) {
        if (abs<f32>(v) > beyond) clipped++;
        if (bound < v) v = bound;
        if (v < -bound) v = -bound;
      }
      store<f32>(into, v);
      from += 4;
      into += 4;
    }
  }
  return clipped;
}

export function decode(
  y: usize,
  noise: usize,
  deviations: usize,
  scales: usize,
  clipped: usize,
  rows: usize,
  columns: usize,
  step: f32,
  bound: f32,
): u32 {
  let all: u32 = 0;
  const tops = f32x4.splat(bound);
  const bottoms = f32x4.splat(-bound);
  const steps = f32x4.splat(step);
  for (let r: usize = 0; r < rows; r++) {
    const scale = load<f32>(scales + (r << 2));
    const factors = f32x4.splat(scale);
    const end = y + ((columns & ~3) << 2);
    let deviation = deviations;
    let counts = i32x4.splat(0);
    while (y < end) {
      let v = v128.load(y);
      if (noise !== 0) {
        v = f32x4.add(v, f32x4.mul(v128.load(noise), v128.load(deviation)));
        noise += four;
        deviation += four;
      }
      if (step > 0) v = f32x4.mul(f32x4.nearest(f32x4.div(v, steps)), steps);
      if (bound > 0) {
        counts = i32x4.sub(counts, f32x4.gt(f32x4.abs(v), tops));
        v = f32x4.pmax(f32x4.pmin(v, tops), bottoms);
      }
      v128.store(y, f32x4.mul(v, factors));
      y += four;
    }
    let count = total(counts);
    for (let j = columns & ~3; j < columns; j++) {
      let v = load<f32>(y);
      if (noise !== 0) {
        v += load<f32>(noise) * load<f32>(deviation);
        noise += 4;
        deviation += 4;
      }
      if (step > 0) v = nearest<f32>(v / step) * step;
      if (bound > 0) {
        if (abs<f32>(v) > bound) count++;
        if (bound < v) v = bound;
        if (v < -bound) v = -bound;
      }
      store<f32>(y, v * scale);
      y += 4;
    }
    store<u32>(clipped + (r << 2), count);
    all += count;
  }
  return all;
}

function total(counts: v128): u32 {
  return (
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3)
  );
}

export function disturb(x: usize, noise: usize, deviation: f32, count: usize): void {
  const deviations = f32x4.splat(deviation);
  const end = x + ((count & ~3) << 2);
  while (x < end) {
    v128.store(x, f32x4.add(v128.load(x), f32x4.mul(v128.load(noise), deviations)));
    x += four;
    noise += four;
  }
  for (let j = count & ~3; j < count; j++) {
    store<f32>(x, load<f32>(x) + load<f32>(noise) * deviation);
    x += 4;
    noise += 4;
  }
}

/** Four sums side by side, then the rest: the order in which plain TypeScript adds them too. */
export function squares(x: usize, into: usize, rows: usize, columns: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    let total = f32x4.splat(0);
    const end = x + ((columns & ~3) << 2);
    while (x < end) {
      const v = v128.load(x);
      total = f32x4.add(total, f32x4.mul(v, v));
      x += four;
    }
    let all: f32 =
      f32x4.extract_lane(total, 0) +
      f32x4.extract_lane(total, 1) +
      (f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3));
    for (let j = columns & ~3; j < columns; j++) {
      const v = load<f32>(x);
      all += v * v;
      x += 4;
    }
    store<f32>(into + (r << 2), all);
  }
}
