/** c + a · b: one rounding where the engine has relaxed SIMD, two elsewhere. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/** max(0, z), where NaN stays NaN: a comparison and a choice, one instruction, where `max` takes eight */
export function positivePart(z: v128): v128 {
  return f32x4.pmax(z, f32x4.splat(0));
}

export function positive(z: f32): f32 {
  return z < 0 ? 0 : z;
}

export function sum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
