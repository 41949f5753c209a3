/** What each event in analog hardware costs, in joules. A model estimate: the constants stand open to be changed. */
export interface EnergyModel {
  readonly name: string;
  /** where the constants come from */
  readonly source: string;
  /** one conversion of an input, and of an output */
  readonly dac: number;
  readonly adc: number;
  /** one cell that conducts during one read */
  readonly cell: number;
  /** one pulse on one cell */
  readonly pulse: number;
  /** one pulse on a whole line, for its driver */
  readonly linePulse: number;
  /** one digital multiply-accumulate */
  readonly mac: number;
  /** digital work on one output of a read: its square, its sum, its scaling */
  readonly output: number;
  /** a number kept for a backward pass: written once and read once */
  readonly stored: number;
}

const picojoules = 1e-12;
/** 8-bit multiply and 8-bit add; multiply and add in fp32; 32 bits of an 8 kB memory, twice; all at 45 nm. @see Horowitz 2014 */
const digital = {
  mac: 0.23 * picojoules,
  output: 4.6 * picojoules,
  stored: 10 * picojoules,
} as const;

/** Constants by name. */
export const energyModels = {
  hermes: {
    name: 'hermes',
    source:
      'a 256 × 256 array read at 8 bits costs 200 fJ a multiply-accumulate, beside the 205 fJ of the HERMES PCM chip (Le Gallo et al. 2023: 9.76 TOPS/W); converters 0.36 pJ at 14 nm (model over a survey, optimistic), the rest is the array; pulses 0.84 pJ as for reset-only RRAM (Renaudineau et al. 2026, from a digest); drivers of lines are not counted; digital work at 45 nm (Horowitz 2014)',
    dac: 0.36 * picojoules,
    adc: 0.36 * picojoules,
    cell: (0.2 - (2 * 0.36) / 256) * picojoules,
    pulse: 0.84 * picojoules,
    linePulse: 0,
    ...digital,
  },
  'rpu-2016': {
    name: 'rpu-2016',
    source:
      'resistive processing unit as planned: cells of 24 MΩ read for 80 ns, 23 pJ an output conversion (Haensch et al. 2019, from a digest), pulses of 5 ns, at 1 V, which is our assumption; drivers and input conversions are not counted; digital work at 45 nm (Horowitz 2014)',
    dac: 0,
    adc: 23 * picojoules,
    cell: 80e-9 / 24e6,
    pulse: 5e-9 / 24e6,
    linePulse: 0,
    ...digital,
  },
} as const satisfies Readonly<Record<string, EnergyModel>>;
