import { must, mustBeOneOf } from '../../../core/check.ts';

/**
 * The converters and amplifiers around an array, and what its wires do to a read. Whatever is left out is off, and all
 * off is the exact product. Quantities are in units of the array: inputs after scaling by noise management, weights of
 * about ±1, outputs in sums of their products.
 *
 * @see Gokmen and Vlasov 2016; Rasch et al. 2021 (aihwkit), whose order and formulas these are
 */
export interface PeripheryOptions {
  /** by what each row is divided before the DAC, and multiplied after the ADC; left out, `none` */
  readonly noiseManagement?: NoiseManagement;
  /** the value of `constant` (left out, 1), and the most of `abs-max` (left out, no limit) */
  readonly noiseManagementThreshold?: number;
  /** share by which `average-abs-max` follows each row; left out, 0.001 */
  readonly averageDecay?: number;
  /** greatest weight that `abs-max-np-sum` and the second pass of `iterative-worst-case` expect; left out, 0.6 */
  readonly assumedWeight?: number;
  /** the DAC clips at ± this; left out, it does not clip. With noise management it must be 1 */
  readonly inputBound?: number;
  /** bits of the DAC: b bits are 2^b − 2 steps from −bound to +bound, so that 0 is a code */
  readonly dacBits?: number;
  /** steps of the DAC from −bound to +bound, in place of its bits */
  readonly dacSteps?: number;
  /** `stochastic`: up or down at random, right in the mean; left out, `nearest`, ties to even */
  readonly dacRounding?: Rounding;
  /** standard deviation added to each input */
  readonly inputNoise?: number;
  /** share that negative inputs lose */
  readonly inputAsymmetry?: number;
  /** scale of the voltage drop along the wires: 1 is as computed, 0 is none */
  readonly irDrop?: number;
  /** conductance of a wire between two cells over that of a cell at weight 1; left out, 1 / (0.35 Ω · 5 µS) */
  readonly wireConductance?: number;
  /** noise of the weights in a read: its standard deviation, as `weightNoiseKind` says */
  readonly weightNoise?: number;
  /** `additive`: alike for every weight; `pcm-read`: growing as √|w|; left out, `additive` */
  readonly weightNoiseKind?: 'additive' | 'pcm-read';
  /** spread of the outputs' voltage offsets, as a share of the read voltage; only positive ones count */
  readonly voltageOffset?: number;
  /** weight at which a cell conducts least, for voltage offsets; left out, −1 */
  readonly offsetWeight?: number;
  /** resistance in series with each output, over that of a cell at weight 1 */
  readonly seriesResistance?: number;
  /** y / (1 + |n y|) with n = this / output bound, for saturating integrators */
  readonly outputNonlinearity?: number;
  /** relative spread of n over the outputs */
  readonly outputNonlinearitySpread?: number;
  /** output at which the slope is calibrated to 1, as a share of the output bound */
  readonly slopeCalibration?: number;
  /** share that negative outputs lose, ≥ 0 */
  readonly outputAsymmetry?: number;
  /** standard deviation added to each output before the ADC */
  readonly outputNoise?: number;
  /** relative spread of that deviation over the outputs */
  readonly outputNoiseSpread?: number;
  /** the ADC clips at ± this; left out, it does not clip */
  readonly outputBound?: number;
  /** bits of the ADC: b bits are 2^b − 2 steps from −bound to +bound */
  readonly adcBits?: number;
  /** steps of the ADC from −bound to +bound, in place of its bits */
  readonly adcSteps?: number;
  readonly adcRounding?: Rounding;
  /** reads rows whose outputs were clipped again, with fresh noise, at half the input each time; left out, `none` */
  readonly boundManagement?: BoundManagement;
  /** bound management goes on while inputs were divided by this at most; left out, 1000 */
  readonly boundManagementFactor?: number;
  /** and while a step of the DAC, as a share of the scaled range, is at most this; left out, 0.25 */
  readonly boundManagementResolution?: number;
  /** factor on every output */
  readonly outputScale?: number;
}

export type NoiseManagement = 'none' | 'abs-max' | 'max' | 'constant' | 'average-abs-max' | 'abs-max-np-sum';
export type BoundManagement = 'none' | 'iterative' | 'iterative-worst-case';
export type Rounding = 'nearest' | 'stochastic';

/** A periphery with its defaults filled in: 0 for what is off, steps as sizes in fp32. */
export interface Periphery
  extends Required<Omit<PeripheryOptions, 'dacBits' | 'dacSteps' | 'adcBits' | 'adcSteps'>> {
  /** size of a step, 0 where nothing is rounded */
  readonly dacStep: number;
  readonly adcStep: number;
}

const defaults = {
  noiseManagement: 'none',
  noiseManagementThreshold: 0,
  averageDecay: 1e-3,
  assumedWeight: 0.6,
  inputBound: 0,
  dacRounding: 'nearest',
  inputNoise: 0,
  inputAsymmetry: 0,
  irDrop: 0,
  wireConductance: 1 / 0.35 / 5e-6,
  weightNoise: 0,
  weightNoiseKind: 'additive',
  voltageOffset: 0,
  offsetWeight: -1,
  seriesResistance: 0,
  outputNonlinearity: 0,
  outputNonlinearitySpread: 0,
  slopeCalibration: 0,
  outputAsymmetry: 0,
  outputNoise: 0,
  outputNoiseSpread: 0,
  outputBound: 0,
  adcRounding: 'nearest',
  boundManagement: 'none',
  boundManagementFactor: 1000,
  boundManagementResolution: 0.25,
  outputScale: 1,
} as const;

const optionNames = [...Object.keys(defaults), 'dacBits', 'dacSteps', 'adcBits', 'adcSteps'];

/**
 * Fills in what was left out.
 *
 * @param thing  whose periphery it is, for errors: `forward`
 * @throws {RangeError} when an option is unknown, out of its range, or disagrees with another
 */
export function resolvePeriphery(options: PeripheryOptions, thing: string): Periphery {
  const { dacBits, dacSteps, adcBits, adcSteps, ...rest } = options;
  for (const [name, value] of Object.entries(rest)) {
    mustBeOneOf(name, optionNames, `option of ${thing}`);
    if (typeof defaults[name as keyof typeof defaults] !== 'number' || value === undefined) continue;
    const signed = name === 'inputAsymmetry' || name === 'offsetWeight' || name === 'outputScale';
    const fits = Number.isFinite(value) && (signed || Number(value) >= 0);
    must(fits, `${thing}.${name}`, `a finite number${signed ? '' : ', 0 or more'}`, value);
  }
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const full: typeof defaults & PeripheryOptions = { ...defaults, ...given };
  const among = (name: keyof PeripheryOptions, names: readonly string[]) =>
    mustBeOneOf(full[name], names, `${thing}.${name}`);
  among('noiseManagement', managements);
  among('boundManagement', ['none', 'iterative', 'iterative-worst-case']);
  among('weightNoiseKind', ['additive', 'pcm-read']);
  for (const name of ['dacRounding', 'adcRounding'] as const) among(name, ['nearest', 'stochastic']);
  const scaled = full.noiseManagement === 'none' || full.inputBound === 0 || full.inputBound === 1;
  must(scaled, `${thing}.inputBound`, '1 with noise management', full.inputBound);
  const bounded = full.boundManagement === 'none' || full.outputBound > 0;
  must(bounded, `${thing}.outputBound`, 'above 0 with bound management', full.outputBound);
  return {
    ...full,
    dacStep: stepOf(dacBits, dacSteps, full.inputBound, `${thing}.dac`, 'inputBound'),
    adcStep: stepOf(adcBits, adcSteps, full.outputBound, `${thing}.adc`, 'outputBound'),
  };
}

const managements: readonly NoiseManagement[] = [
  ...(['none', 'abs-max', 'max', 'constant', 'average-abs-max', 'abs-max-np-sum'] as const),
];

/** In fp32, as converters of fp32 compute it: (1 / steps) · (2 · bound). */
function stepOf(
  bits: number | undefined,
  steps: number | undefined,
  bound: number,
  thing: string,
  boundName: string,
): number {
  if (bits === undefined && steps === undefined) return 0;
  must(bits === undefined || steps === undefined, `${thing}Steps`, `left out with ${thing}Bits`, steps);
  if (bits !== undefined)
    must(
      Number.isInteger(bits) && bits > 1 && bits <= 24,
      `${thing}Bits`,
      'a whole number of bits, 2 to 24',
      bits,
    );
  const count = steps ?? 2 ** (bits ?? 0) - 2;
  must(Number.isFinite(count) && count > 0, `${thing}Steps`, 'above 0', count);
  must(bound > 0, boundName, `above 0 where ${thing}Bits or ${thing}Steps is given`, bound);
  return Math.fround(Math.fround(1 / count) * Math.fround(2 * bound));
}

/** Whether a periphery changes nothing: then a read is the product itself. */
export function isTransparent(p: Periphery): boolean {
  const off = [p.dacStep, p.adcStep, p.inputBound, p.outputBound, p.inputNoise, p.inputAsymmetry, p.irDrop];
  const more = [p.weightNoise, p.voltageOffset, p.seriesResistance, p.outputNonlinearity];
  const rest = [p.outputAsymmetry, p.outputNoise];
  return p.outputScale === 1 && [...off, ...more, ...rest].every((value) => value === 0);
}
