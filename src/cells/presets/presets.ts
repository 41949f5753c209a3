import type { CellPlan } from '../cell.ts';
import { type ConstantStepOptions, constantStep } from '../constant-step.ts';
import { type ExponentialStepOptions, exponentialStep } from '../exponential-step.ts';
import { type LinearStepOptions, linearStep } from '../linear-step.ts';
import { oneSidedPair } from '../one-sided-pair.ts';
import { type SoftBoundsReferenceOptions, softBoundsReference } from '../soft-bounds-reference.ts';

// Cells that were measured or proposed, each with every value that matters; weights in units of the weight range. Where no paper
// is named, the values are those of aihwkit's preset of that name.

const reRamES: ExponentialStepOptions = {
  ...{ stepSize: 0.00135, stepSpread: 0.2, stepNoise: 5, upDown: 0.259359, upDownSpread: 0.05 },
  ...{ upperBound: 1, lowerBound: -1, upperBoundSpread: 0.3, lowerBoundSpread: 0.3, writeNoise: 75 },
  ...{ slope: -0.5, offset: -0.5, upRate: 5, downRate: 5, upAmplitude: -1.18445, downAmplitude: -0.081404 },
};
const reRamSB: SoftBoundsReferenceOptions = {
  ...{ stepSize: 0.002, stepSpread: 0.3, stepNoise: 3.75, upDownSpread: 0.01, writeNoise: 56 },
  ...{ upperBound: 1.25, lowerBound: -0.75, upperBoundSpread: 0.24, lowerBoundSpread: 0.4 },
};
const capacitor: LinearStepOptions = {
  ...{ stepSize: 0.005, stepSpread: 0.1, stepNoise: 0.3, upDownSpread: 0.06, noiseOfStep: false },
  ...{ upperBound: 1, lowerBound: -1, upperBoundSpread: 0.07, lowerBoundSpread: 0.07 },
  ...{ upSlope: 0.05, downSlope: 0.05, upSlopeSpread: 0.01, downSlopeSpread: 0.01 },
  // 10⁶ minibatches there; here of 1 ms each
  ...{ lifetimeSeconds: 1000, lifetimeSpread: 0.3 },
};
const ecRam: LinearStepOptions = {
  ...{ stepSize: 0.002, stepSpread: 0.1, stepNoise: 0.3, upDownSpread: 0.01 },
  ...{ upperBound: 1.1724, lowerBound: -0.8276, upperBoundSpread: 0.05, lowerBoundSpread: 0.05 },
  ...{ upSlope: 0.1153, downSlope: 0.5085, upSlopeSpread: 0.05, downSlopeSpread: 0.05 },
};
const ecRamMO: LinearStepOptions = {
  ...{ stepSize: 2.8214e-4, stepSpread: 0.1, stepNoise: 2, upDownSpread: 0.01 },
  ...{ upperBound: 1.1714, lowerBound: -0.8286, upperBoundSpread: 0.05, lowerBoundSpread: 0.05 },
  ...{ upSlope: 0.4152, downSlope: 0.7342, upSlopeSpread: 0.05, downSlopeSpread: 0.05 },
};
const idealized: ConstantStepOptions = {
  ...{ stepSize: 0.0002, stepSpread: 0.3, stepNoise: 0.3, upDownSpread: 0 },
  ...{ upperBound: 1, lowerBound: -1, upperBoundSpread: 0.3, lowerBoundSpread: 0.3 },
};
const gokmenVlasov: ConstantStepOptions = {
  ...{ stepSize: 0.0016, stepSpread: 0.3, stepNoise: 0.3, upDownSpread: 0.01 },
  ...{ upperBound: 1, lowerBound: -1, upperBoundSpread: 0.3, lowerBoundSpread: 0.3 },
};
const pcmDevice: ExponentialStepOptions = {
  ...{ stepSize: 0.01, stepSpread: 0.2, stepNoise: 0.6, constantNoise: 0.042, weightNoise: 0.108 },
  ...{ upDownSpread: 0.05, upperBound: 2, lowerBound: 0, upperBoundSpread: 0.1, lowerBoundSpread: 0 },
  ...{ slope: -1, offset: 0, upRate: 2.5, downRate: 2.5, upAmplitude: -27.235, downAmplitude: -2.235 },
  ...{ restWeight: 0.01, restSpread: 0.02, resetNoise: 0.01 },
};
const reRamArrayOM: SoftBoundsReferenceOptions = {
  ...{ stepSize: 0.0949, stepSpread: 0.7829, stepSpreadLogNormal: true, stepNoise: 0.4158 },
  ...{ upDownSpread: 0.01, upperBound: 1, lowerBound: -1, upperBoundSpread: 0.3499 },
  ...{ lowerBoundSpread: 0.5695, writeNoise: 1.4113, stuckRange: 0.01 },
  ...{ subtractSymmetryPoint: true, referenceSpread: 0.05 },
};
const reRamArrayHfO2: SoftBoundsReferenceOptions = {
  ...{ stepSize: 0.4622, stepSpread: 0.7125, stepSpreadLogNormal: true, stepNoise: 0.2174 },
  ...{ upDownSpread: 0.01, upperBound: 1, lowerBound: -1, upperBoundSpread: 0.4295 },
  ...{ lowerBoundSpread: 0.599, writeNoise: 0.5841, stuckRange: 0.01 },
  ...{ subtractSymmetryPoint: true, referenceSpread: 0.05 },
};

/** A plan for cells of a preset; options given replace the preset's own. */
type Preset<Options> = (options?: Options) => CellPlan;
const preset =
  <Options extends object>(cell: (options: Options) => CellPlan, values: Options): Preset<Options> =>
  (options) =>
    cell({ ...values, ...options });

/** The presets by name: `cellPresets.ReRamSB()`, or `cellPresets.ReRamSB({ stepNoise: 0 })` without noise from pulse to pulse. */
export const cellPresets = {
  /** resistive memory by exponential steps, about 1,500 pulses, strongly asymmetric, noisy to write */
  ReRamES: preset(exponentialStep, reRamES),
  /** resistive memory by soft bounds, about 1,000 pulses, noisy to write */
  ReRamSB: preset(softBoundsReference, reRamSB),
  /** a capacitor: nearly linear, leaks */
  Capacitor: preset(linearStep, capacitor),
  /** electrochemical memory, lithium: linear, asymmetric slopes */
  EcRam: preset(linearStep, ecRam),
  /** electrochemical memory, metal oxide: small steps, noisy */
  EcRamMO: preset(linearStep, ecRamMO),
  /** about 10,000 equal pulses */
  Idealized: preset(constantStep, idealized),
  /** about 1,200 equal pulses, the requirements of a resistive processing unit. @see Gokmen and Vlasov 2016, arXiv 1603.07341 */
  GokmenVlasov: preset(constantStep, gokmenVlasov),
  /** one cell of phase-change memory: rises only, fast at first */
  PCMDevice: preset(exponentialStep, pcmDevice),
  /** phase-change memory: one-sided pairs, refreshed */
  PCM: (options: ExponentialStepOptions = {}): CellPlan =>
    oneSidedPair({ cell: exponentialStep({ ...pcmDevice, ...options }) }),
  /** resistive memory, OM stack, as an array of very different cells; 13.48 % were corrupt as measured, here none: `stuckShare` */
  ReRamArrayOM: preset(softBoundsReference, reRamArrayOM),
  /** resistive memory, HfO₂ stack, of few states; 9.77 % were corrupt as measured, here none: `stuckShare` */
  ReRamArrayHfO2: preset(softBoundsReference, reRamArrayHfO2),
} as const;

/** Name of a preset. */
export type CellPresetName = keyof typeof cellPresets;
