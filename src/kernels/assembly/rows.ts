import { positive, positivePart, sum } from './lanes';

const four: usize = 16;

export function rectify(z: usize, bias: usize, squares: usize, rows: usize, columns: usize): void {
  const wide = columns & ~3;
  for (let r: usize = 0; r < rows; r++) {
    let total = f32x4.splat(0);
    let b = bias;
    const end = z + (wide << 2);
    while (z < end) {
      const h = positivePart(f32x4.add(v128.load(z), v128.load(b)));
      v128.store(z, h);
      total = f32x4.add(total, f32x4.mul(h, h));
      z += four;
      b += four;
    }
    let squared = sum(total);
    for (let j = wide; j < columns; j++) {
      const h = positive(load<f32>(z) + load<f32>(b));
      store<f32>(z, h);
      squared += h * h;
      z += 4;
      b += 4;
    }
    store<f32>(squares + (r << 2), squared);
  }
}

export function normalise(h: usize, squares: usize, into: usize, rows: usize, columns: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    const square = <f64>load<f32>(squares + (r << 2));
    const scale = <f32>(1 / sqrt<f64>(square / <f64>columns + 1e-12));
    const at = r * (columns << 2);
    scaleRow(h + at, scale, into + at, columns);
  }
}

/** Rows rise, so that in place a row moves up, and none is overwritten before it has moved. */
export function gather(m: usize, which: usize, into: usize, count: usize, columns: usize): void {
  const row = columns << 2;
  for (let i: usize = 0; i < count; i++) {
    memory.copy(into + i * row, m + <usize>load<u32>(which + (i << 2)) * row, row);
  }
}

export function scaleRows(h: usize, slopes: usize, rows: usize, columns: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    const at = h + r * (columns << 2);
    scaleRow(at, load<f32>(slopes + (r << 2)), at, columns);
  }
}

function scaleRow(x: usize, scale: f32, into: usize, columns: usize): void {
  const scales = f32x4.splat(scale);
  const end = x + ((columns & ~3) << 2);
  while (x < end) {
    v128.store(into, f32x4.mul(v128.load(x), scales));
    x += four;
    into += four;
  }
  for (let j = columns & ~3; j < columns; j++) {
    store<f32>(into, load<f32>(x) * scale);
    x += 4;
    into += 4;
  }
}

export function sumRows(m: usize, sums: usize, rows: usize, columns: usize): void {
  memory.fill(sums, 0, columns << 2);
  for (let r: usize = 0; r < rows; r++) add(m + r * (columns << 2), sums, sums, columns);
}

export function addRow(m: usize, row: usize, rows: usize, columns: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    const at = m + r * (columns << 2);
    add(at, row, at, columns);
  }
}

export function add(x: usize, y: usize, into: usize, count: usize): void {
  const end = x + ((count & ~3) << 2);
  while (x < end) {
    v128.store(into, f32x4.add(v128.load(x), v128.load(y)));
    x += four;
    y += four;
    into += four;
  }
  for (let j = count & ~3; j < count; j++) {
    store<f32>(into, load<f32>(x) + load<f32>(y));
    x += 4;
    y += 4;
    into += 4;
  }
}

export function gate(h: usize, above: usize, count: usize): void {
  const end = h + ((count & ~3) << 2);
  while (h < end) {
    v128.store(h, v128.and(v128.load(above), f32x4.gt(v128.load(h), f32x4.splat(0))));
    h += four;
    above += four;
  }
  for (let j = count & ~3; j < count; j++) {
    store<f32>(h, load<f32>(h) > 0 ? load<f32>(above) : 0);
    h += 4;
    above += 4;
  }
}

/** Four generators give 128 bits at a time, so a row takes a whole number of draws. */
export function drop(
  h: usize,
  squares: usize,
  state: usize,
  keep: f64,
  blocks: usize,
  rows: usize,
  columns: usize,
): void {
  // a unit is kept when its word, of 31 bits, lies below keep · 2³¹
  const last = <i32>(<i64>(keep * 2147483648.0) - 1);
  const scale = <f32>(1 / keep);
  for (let r: usize = 0; r < rows; r++) {
    for (let block: usize = 0; block < blocks; block++) {
      const at = block * rows + r;
      const square = dropRow(h + at * (columns << 2), state, last, scale, columns, block + 1 === blocks);
      store<f32>(squares + (at << 2), square);
    }
  }
}

/** @returns Σ of the squares of what is left; the state stays as it is where the next row is to lose the same units */
function dropRow(h: usize, state: usize, last: i32, scale: f32, columns: usize, moves: bool): f32 {
  const lasts = i32x4.splat(last);
  const scales = f32x4.splat(scale);
  let x = v128.load(state, 0);
  let y = v128.load(state, 16);
  let z = v128.load(state, 32);
  let w = v128.load(state, 48);
  let total = f32x4.splat(0);
  let rest: f32 = 0;
  for (let j: usize = 0; j < columns; j += 4) {
    const t = v128.xor(x, i32x4.shl(x, 11));
    x = y;
    y = z;
    z = w;
    w = v128.xor(v128.xor(w, i32x4.shr_u(w, 19)), v128.xor(t, i32x4.shr_u(t, 8)));
    const kept = v128.and(i32x4.le_s(i32x4.shr_u(w, 1), lasts), scales);
    if (j + 4 <= columns) {
      const left = f32x4.mul(v128.load(h), kept);
      v128.store(h, left);
      total = f32x4.add(total, f32x4.mul(left, left));
    } else {
      rest = dropOne(h, f32x4.extract_lane(kept, 0));
      if (columns - j > 1) rest += dropOne(h + 4, f32x4.extract_lane(kept, 1));
      if (columns - j > 2) rest += dropOne(h + 8, f32x4.extract_lane(kept, 2));
    }
    h += four;
  }
  if (moves) {
    v128.store(state, x, 0);
    v128.store(state, y, 16);
    v128.store(state, z, 32);
    v128.store(state, w, 48);
  }
  return sum(total) + rest;
}

function dropOne(at: usize, kept: f32): f32 {
  const left = load<f32>(at) * kept;
  store<f32>(at, left);
  return left * left;
}
