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
    const label = <usize>load<u8>(labels + r);
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
    const to = g + <usize>load<u8>(labels + r) * row;
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
    for (let c: usize = 0; c < classes; c++) {
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
    const h = positivePart(
      f32x4.add(f32x4.add(v128.load(image + at), f32x4.mul(as, v128.load(w + at))), v128.load(bias + at)),
    );
    const k = positivePart(
      f32x4.add(
        f32x4.add(v128.load(image + at, 16), f32x4.mul(as, v128.load(w + at, 16))),
        v128.load(bias + at, 16),
      ),
    );
    even = f32x4.add(even, f32x4.mul(h, h));
    odd = f32x4.add(odd, f32x4.mul(k, k));
  }
  let total = sum(f32x4.add(even, odd));
  for (; j < columns; j++) {
    const at = j << 2;
    const h = positive(load<f32>(image + at) + a * load<f32>(w + at) + load<f32>(bias + at));
    total += h * h;
  }
  return total;
}
