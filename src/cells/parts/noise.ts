import type { StepNoise } from '../../kernels/analog/pulses.ts';

/** Noise of a pulse in its size at the weight where it happens, or in its size at weight 0. */
export function relativeNoise(sigma: number, ofStep: boolean): StepNoise {
  return { ofStep: ofStep ? sigma : 0, ofSize: ofStep ? 0 : sigma, constant: 0, ofWeight: 0 };
}
