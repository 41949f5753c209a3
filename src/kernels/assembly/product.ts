import { multiplyAdd } from './lanes';

// C = A · B after Goto and van de Geijn: blocks of the operands are packed into panels that are read in order, and
// a block of 4 × 8 sums stays in registers. Each step of the depth takes 2 loads of B, 4 spreads of A and 8 multiply-adds
// for 13 of V8's 15 registers; 6 × 8 spills, and took twice as long.

const tileRows: usize = 4;
const tileColumns: usize = 8;
/** depth of a panel: 8 columns of it are 8 kB, which the nearest cache holds */
const depth: usize = 256;
/** rows of A packed at once: 120 kB */
const blockRows: usize = 120;
const edgeBytes: usize = tileRows * tileColumns * 4;

/**
 * C = A · B, with element (i, p) of A at a + i · aRow + p · aColumn and element (p, j) of B at b + p · bRow + j · bColumn.
 *
 * @param scratch  4 · (32 + 120 · 256 + 256 · (n rounded up to 8)) bytes
 */
export function product(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  scratch: usize,
): void {
  const edge = scratch;
  const packedA = edge + edgeBytes;
  const packedB = packedA + blockRows * depth * 4;
  for (let p: usize = 0; p < k; p += depth) {
    const deep = min(depth, k - p);
    const first = p === 0;
    pack(b + p * bRow, n, deep, bColumn, bRow, tileColumns, packedB);
    for (let i: usize = 0; i < m; i += blockRows) {
      const high = min(blockRows, m - i);
      pack(a + i * aRow + p * aColumn, high, deep, aRow, aColumn, tileRows, packedA);
      for (let j: usize = 0; j < n; j += tileColumns) {
        const panelB = packedB + j * deep * 4;
        for (let r: usize = 0; r < high; r += tileRows) {
          const panelA = packedA + r * deep * 4;
          const to = c + (i + r) * cRow + j * 4;
          if (r + tileRows <= high && j + tileColumns <= n) {
            tile(deep, panelA, panelB, to, cRow, first);
          } else {
            tile(deep, panelA, panelB, edge, tileColumns * 4, true);
            copyEdge(edge, to, cRow, min(tileRows, high - r), min(tileColumns, n - j), first);
          }
        }
      }
    }
  }
}

/** Panels of `width` lines each, element after element of the depth; the last is filled up with zeros. */
function pack(x: usize, lines: usize, deep: usize, line: usize, step: usize, width: usize, to: usize): void {
  for (let i: usize = 0; i < lines; i += width) {
    const count = min(width, lines - i);
    const from = x + i * line;
    if (line === 4 && count === width) {
      for (let p: usize = 0; p < deep; p++) {
        for (let j: usize = 0; j < width; j += 4) v128.store(to + j * 4, v128.load(from + p * step + j * 4));
        to += width * 4;
      }
    } else if (step === 4 && count === width) {
      packAcross(from, deep, line, width, to);
      to += deep * width * 4;
    } else {
      for (let p: usize = 0; p < deep; p++) {
        let at = from + p * step;
        for (let j: usize = 0; j < width; j++) {
          store<f32>(to, j < count ? load<f32>(at) : 0);
          at += line;
          to += 4;
        }
      }
    }
  }
}

/** Lines that lie one after the other, four by four elements transposed in registers. */
function packAcross(from: usize, deep: usize, line: usize, width: usize, to: usize): void {
  for (let j: usize = 0; j < width; j += 4) {
    let at = from + j * line;
    let into = to + j * 4;
    const row = width * 4;
    let p: usize = 0;
    for (; p + 4 <= deep; p += 4) {
      const r0 = v128.load(at);
      const r1 = v128.load(at + line);
      const r2 = v128.load(at + 2 * line);
      const r3 = v128.load(at + 3 * line);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(into, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(into + row, v128.shuffle<f64>(low01, low23, 1, 3));
      v128.store(into + 2 * row, v128.shuffle<f64>(high01, high23, 0, 2));
      v128.store(into + 3 * row, v128.shuffle<f64>(high01, high23, 1, 3));
      at += 16;
      into += 4 * row;
    }
    for (; p < deep; p++) {
      store<f32>(into, load<f32>(at));
      store<f32>(into + 4, load<f32>(at + line));
      store<f32>(into + 8, load<f32>(at + 2 * line));
      store<f32>(into + 12, load<f32>(at + 3 * line));
      at += 4;
      into += row;
    }
  }
}

/** 4 × 8 sums over the depth of two panels, put at or added to `to`. */
function tile(deep: usize, a: usize, b: usize, to: usize, row: usize, first: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = a + deep * (tileRows * 4);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = multiplyAdd(a0, b0, c00);
    c01 = multiplyAdd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = multiplyAdd(a1, b0, c10);
    c11 = multiplyAdd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = multiplyAdd(a2, b0, c20);
    c21 = multiplyAdd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = multiplyAdd(a3, b0, c30);
    c31 = multiplyAdd(a3, b1, c31);
    a += tileRows * 4;
    b += tileColumns * 4;
  }
  put(to, c00, c01, first);
  put(to + row, c10, c11, first);
  put(to + 2 * row, c20, c21, first);
  put(to + 3 * row, c30, c31, first);
}

function put(to: usize, left: v128, right: v128, first: bool): void {
  v128.store(to, first ? left : f32x4.add(v128.load(to), left));
  v128.store(to, first ? right : f32x4.add(v128.load(to, 16), right), 16);
}

function copyEdge(from: usize, to: usize, row: usize, rows: usize, columns: usize, first: bool): void {
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < columns; j++) {
      const value = load<f32>(from + (r * tileColumns + j) * 4);
      const at = to + r * row + j * 4;
      store<f32>(at, first ? value : load<f32>(at) + value);
    }
  }
}
