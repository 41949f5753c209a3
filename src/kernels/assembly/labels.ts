import { positive, positivePart, sum } from './lanes';

const four: usize = 16;

/** into = x + a · y, which may be one of them; two roundings, so that it is the same on every engine */
function addScaled(x: usize, a: f32, y: usize, into: usize, count: usize): void {
  const as = f32x4.splat(a);
  const end = x + ((count & ~3) << 2);
  while (x < end) {
    v128.store(into, f32x4.add(v128.load(x), f32x4.mul(as, v128.load(y))));
    x += four;
    y += four;
    into += four;
  }
  for (let j = count & ~3; j < count; j++) {
    store<f32>(into, load<f32>(x) + a * load<f32>(y));
    x += 4;
    y += 4;
    into += 4;
  }
}

export function addLabels(
  image: usize,
  weights: usize,
  labels: usize,
  amplitude: usize,
  z: usize,
  rows: usize,
  columns: usize,
): void {
  const row = columns << 2;
  for (let r: usize = 0; r < rows; r++) {
    const label = <usize>load<u16>(labels + (r << 1));
    addScaled(image + r * row, load<f32>(amplitude + (r << 2)), weights + label * row, z + r * row, columns);
  }
}

export function correlateLabels(
  delta: usize,
  labels: usize,
  amplitude: usize,
  g: usize,
  rows: usize,
  columns: usize,
): void {
  const row = columns << 2;
  for (let r: usize = 0; r < rows; r++) {
    const to = g + <usize>load<u16>(labels + (r << 1)) * row;
    addScaled(to, load<f32>(amplitude + (r << 2)), delta + r * row, to, columns);
  }
}

export function squaresOfLabels(
  image: usize,
  weights: usize,
  bias: usize,
  amplitude: usize,
  out: usize,
  rows: usize,
  columns: usize,
  classes: usize,
): void {
  const row = columns << 2;
  for (let r: usize = 0; r < rows; r++) {
    const a = load<f32>(amplitude + (r << 2));
    let c: usize = 0;
    for (; c + 5 <= classes; c += 5) {
      squaresOfFive(image + r * row, a, weights + c * row, bias, columns, out);
      out += 20;
    }
    for (; c < classes; c++) {
      store<f32>(out, squaresOf(image + r * row, a, weights + c * row, bias, columns));
      out += 4;
    }
  }
}

/** Σⱼ max(0, image[j] + a · w[j] + bias[j])², eight lanes at a time so that no addition waits for the one before */
function squaresOf(image: usize, a: f32, w: usize, bias: usize, columns: usize): f32 {
  const as = f32x4.splat(a);
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  let j: usize = 0;
  for (; j + 8 <= columns; j += 8) {
    const at = j << 2;
    const z = f32x4.add(v128.load(image + at), v128.load(bias + at));
    const y = f32x4.add(v128.load(image + at, 16), v128.load(bias + at, 16));
    const h = positivePart(f32x4.add(z, f32x4.mul(as, v128.load(w + at))));
    const k = positivePart(f32x4.add(y, f32x4.mul(as, v128.load(w + at, 16))));
    even = f32x4.add(even, f32x4.mul(h, h));
    odd = f32x4.add(odd, f32x4.mul(k, k));
  }
  return sum(f32x4.add(even, odd)) + squaresFrom(j, image, a, w, bias, columns);
}

/** The same for five labels at once, rows of `w` one after another: the image and the bias are read once for all of them. */
function squaresOfFive(image: usize, a: f32, w: usize, bias: usize, columns: usize, out: usize): void {
  const as = f32x4.splat(a);
  const row = columns << 2;
  const w0 = w;
  const w1 = w0 + row;
  const w2 = w1 + row;
  const w3 = w2 + row;
  const w4 = w3 + row;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let s4 = f32x4.splat(0);
  const wide = columns & ~3;
  for (let j: usize = 0; j < wide; j += 4) {
    const at = j << 2;
    const z = f32x4.add(v128.load(image + at), v128.load(bias + at));
    const h0 = positivePart(f32x4.add(z, f32x4.mul(as, v128.load(w0 + at))));
    const h1 = positivePart(f32x4.add(z, f32x4.mul(as, v128.load(w1 + at))));
    const h2 = positivePart(f32x4.add(z, f32x4.mul(as, v128.load(w2 + at))));
    const h3 = positivePart(f32x4.add(z, f32x4.mul(as, v128.load(w3 + at))));
    const h4 = positivePart(f32x4.add(z, f32x4.mul(as, v128.load(w4 + at))));
    s0 = f32x4.add(s0, f32x4.mul(h0, h0));
    s1 = f32x4.add(s1, f32x4.mul(h1, h1));
    s2 = f32x4.add(s2, f32x4.mul(h2, h2));
    s3 = f32x4.add(s3, f32x4.mul(h3, h3));
    s4 = f32x4.add(s4, f32x4.mul(h4, h4));
  }
  store<f32>(out, sum(s0) + squaresFrom(wide, image, a, w0, bias, columns));
  store<f32>(out, sum(s1) + squaresFrom(wide, image, a, w1, bias, columns), 4);
  store<f32>(out, sum(s2) + squaresFrom(wide, image, a, w2, bias, columns), 8);
  store<f32>(out, sum(s3) + squaresFrom(wide, image, a, w3, bias, columns), 12);
  store<f32>(out, sum(s4) + squaresFrom(wide, image, a, w4, bias, columns), 16);
}

/** Σⱼ max(0, image[j] + a · w[j] + bias[j])² for j from `first` on */
function squaresFrom(first: usize, image: usize, a: f32, w: usize, bias: usize, columns: usize): f32 {
  let total: f32 = 0;
  for (let j = first; j < columns; j++) {
    const at = j << 2;
    const h = positive(load<f32>(image + at) + load<f32>(bias + at) + a * load<f32>(w + at));
    total += h * h;
  }
  return total;
}
