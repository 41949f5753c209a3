// Kernels on one shared memory, as AssemblyScript. All addresses are in bytes; matrices are row-major, fp32.
// Plain TypeScript of the same names in ../plain.ts says what each computes, and is what these are tested against.

export { scaleBytes, squaresOfBytes } from './bytes';
export { decode, disturb, encode, largest, squares } from './converters';
export { addLabels, correlateLabels, squaresOfLabels } from './labels';
export { normals, ziggurat } from './normals';
export { adam, momentum, settle } from './optimisers';
export { product } from './product';
export { pulseRows } from './pulse-rows/rows';
export { coincidences } from './pulses';
export { add, addRow, drop, gate, gather, normalise, rectify, scaleRows, sumRows } from './rows';
export { constantSteps, curvedSteps } from './steps';
export { signedTrains, trains } from './trains';

/** Goes up with every change of what the kernels take: TypeScript of another version refuses to call them. */
export function version(): i32 {
  return 8;
}
