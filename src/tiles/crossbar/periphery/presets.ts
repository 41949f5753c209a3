import type { PeripheryOptions } from './periphery.ts';

/** Peripheries by name. Change one with `{ ...peripheries.aihwkit, outputNoise: 0 }`. */
export const peripheries = {
  /** the exact product */
  ideal: {},
  /**
   * 7 bits in, 9 bits out within ±12, 6 % output noise, scaled by the greatest input, reread where outputs are clipped.
   *
   * @see Gokmen and Vlasov 2016; `IOParameters` of aihwkit
   */
  aihwkit: {
    noiseManagement: 'abs-max',
    inputBound: 1,
    dacBits: 7,
    outputBound: 12,
    adcBits: 9,
    outputNoise: 0.06,
    boundManagement: 'iterative',
  },
  /** What aihwkit gives its device presets: a wider range and more noise. @see `PresetIOParameters` of aihwkit */
  aihwkitPreset: {
    noiseManagement: 'abs-max',
    inputBound: 1,
    dacBits: 7,
    outputBound: 20,
    adcBits: 9,
    outputNoise: 0.1,
    boundManagement: 'iterative',
  },
  /** 8 bits in and out. @see Rasch et al. 2023; `StandardIOParameters` of aihwkit */
  standard: {
    noiseManagement: 'abs-max',
    inputBound: 1,
    dacBits: 8,
    outputBound: 10,
    adcBits: 8,
    outputNoise: 0.04,
    boundManagement: 'iterative',
  },
  /**
   * For training that a PCM chip shall infer by: 8 bits in and out of fixed ranges, PCM read noise, IR drop.
   *
   * @see Rasch et al. 2023; `StandardHWATrainingPreset` of aihwkit
   */
  hardwareAware: {
    noiseManagement: 'constant',
    noiseManagementThreshold: 1,
    inputBound: 1,
    dacBits: 8,
    irDrop: 1,
    weightNoise: 0.0175,
    weightNoiseKind: 'pcm-read',
    outputBound: 10,
    adcBits: 8,
    outputNoise: 0.04,
  },
} as const satisfies Readonly<Record<string, PeripheryOptions>>;
