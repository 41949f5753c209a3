/** Σ bytes[j]² for j from `first` up to, not including, `end` */
export function squaresOfBytes(bytes: usize, first: usize, end: usize): i32 {
  let total = i32x4.splat(0);
  let j = first;
  for (; j + 16 <= end; j += 16) {
    const sixteen = v128.load(bytes + j);
    const low = i16x8.extend_low_i8x16_u(sixteen);
    const high = i16x8.extend_high_i8x16_u(sixteen);
    total = i32x4.add(total, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
  }
  let sum =
    i32x4.extract_lane(total, 0) +
    i32x4.extract_lane(total, 1) +
    i32x4.extract_lane(total, 2) +
    i32x4.extract_lane(total, 3);
  for (; j < end; j++) {
    const byte = <i32>load<u8>(bytes + j);
    sum += byte * byte;
  }
  return sum;
}

/** into[j] = bytes[j] · factor for j from `first` up to, not including, `end` */
export function scaleBytes(bytes: usize, into: usize, factor: f32, first: usize, end: usize): void {
  const factors = f32x4.splat(factor);
  let j = first;
  for (; j + 8 <= end; j += 8) {
    const eight = v128.load64_zero(bytes + j);
    const wide = i16x8.extend_low_i8x16_u(eight);
    const at = into + (j << 2);
    v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(wide)), factors));
    v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(wide)), factors), 16);
  }
  for (; j < end; j++) store<f32>(into + (j << 2), <f32>load<u8>(bytes + j) * factor);
}
