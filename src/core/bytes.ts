/** What is done on the bytes of a sample: by kernels, or by plain loops, to the same bits. */
export interface ByteWork {
  /** Σ bytes[j]² for first ≤ j < end; kernels are right as long as it is below 2³², for 66,000 bytes at least */
  squaresOfBytes(bytes: Uint8Array, first: number, end: number): number;
  /** into[j] = bytes[j] · factor for first ≤ j < end, the factor rounded to fp32 first */
  scaleBytes(bytes: Uint8Array, into: Float32Array, factor: number, first: number, end: number): void;
}

/** The plain loops. */
export const byteLoops: ByteWork = {
  squaresOfBytes(bytes, first, end) {
    let squares = 0;
    for (let j = first; j < end; j++) squares += bytes[j] * bytes[j];
    return squares;
  },
  scaleBytes(bytes, into, factor, first, end) {
    const rounded = Math.fround(factor);
    for (let j = first; j < end; j++) into[j] = bytes[j] * rounded;
  },
};
