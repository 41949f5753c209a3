// Statistics of phase-change memory, fitted to a million cells; r is a conductance over the highest one, 25 µS.
// Joshi et al. 2020; Nandakumar et al. 2019; the constants are those of aihwkit's PCMLikeNoiseModel.

/** Deviation of what programming reaches, in µS at 25 µS: 0.26348 + 1.9650 r − 1.1731 r². */
export function programmingDeviation(r: number): number {
  return Math.max(0.26348 + 1.965 * r - 1.1731 * r * r, 0);
}

/** Mean and deviation of the drift exponent of a cell with this target. */
export function driftMoments(r: number): { readonly mean: number; readonly deviation: number } {
  const log = Math.log(Math.max(r, 1e-7));
  return {
    mean: between(-0.0155 * log + 0.0244, 0.049, 0.1),
    deviation: between(-0.0125 * log - 0.0059, 0.008, 0.045),
  };
}

/** Q: read noise as a share of the conductance. */
export function readShare(r: number): number {
  return Math.min(0.0088 / Math.max(r ** 0.65, 1e-3), 0.2);
}

/** √ln((t + 250 ns) / 500 ns), by which 1/f noise grows with the time t in seconds. */
export function readNoiseFactor(t: number): number {
  return Math.sqrt(Math.log((t + 250e-9) / 500e-9));
}

const between = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
