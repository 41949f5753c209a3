import type { CellFacts, ReadFacts } from '../../extend.ts';
import type { EnergyLedger } from '../../report.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { sendsPulses } from './analog-settings.ts';
import { percent, short } from './figures.ts';

/** What an analog configuration means. */
export interface Explained {
  readonly cell: CellFacts;
  readonly update: string;
  readonly forward: Converters;
  readonly backward: Converters;
  /** of the first layer, on samples of the data */
  readonly reads: ReadFacts;
  readonly arrays: readonly {
    readonly layer: number;
    readonly inputs: number;
    readonly units: number;
    readonly arrays: number;
  }[];
  /** counted over a few microbatches */
  readonly ledger: EnergyLedger;
  /** samples that were learned for it */
  readonly learned: number;
  readonly warnings: readonly string[];
}

export interface Converters {
  /** log₂ of the codes; null where nothing is rounded */
  readonly dacBits: number | null;
  readonly adcBits: number | null;
  /** null where nothing is clipped */
  readonly inputBound: number | null;
  readonly outputBound: number | null;
}

/** lines of arrays as they are built */
const largeArray = 512;

/** The mistakes that are made most, one sentence each. */
export function warningsOf(
  { cell, reads, arrays, ledger, update }: Omit<Explained, 'warnings'>,
  settings: TrainSettings,
): string[] {
  const pulsed = sendsPulses(settings);
  const large = arrays.find(({ inputs, units }) => inputs > largeArray || units > largeArray);
  const whole = settings.tileRows === undefined && settings.tileColumns === undefined;
  const below = ledger.layers.find(({ belowOnePulse }) => (belowOnePulse ?? 0) > 0.95);
  const said: (string | false)[] = [
    pulsed &&
      below !== undefined &&
      `layer ${below.layer}: ${percent(below.belowOnePulse ?? 0)} of the wanted steps are below one pulse (${short(cell.granularity)}): learning relies on chance; a greater learning rate, smaller steps or update mixed-precision help`,
    pulsed &&
      ledger.pulsesPerSample === 0 &&
      'no pulse was sent: the learning rate is too small for these cells',
    pulsed &&
      (cell.states ?? Number.POSITIVE_INFINITY) < 100 &&
      `the cells have ${short(cell.states ?? 0)} states between their bounds: plain pulses rarely learn with fewer than some hundred; tiki-taka or mixed-precision may`,
    pulsed &&
      Math.abs(cell.asymmetry ?? 0) > 0.02 &&
      `UP and DOWN pulses differ by ${percent(Math.abs(cell.asymmetry ?? 0))} at weight 0: opposite pulses leave a drift, most of all with update per-pass in a Forward-Forward layer`,
    cell.outside > 0.01 &&
      `${percent(cell.outside)} of fresh weights lie outside the bounds of their cells and are clipped: --weight-scale makes room`,
    cell.stuck > 0 && `${percent(cell.stuck)} of the cells can't move`,
    reads.outputsClipped > 0.01 &&
      `ADCs clip ${percent(reads.outputsClipped)} of the outputs of the first layer, after bound management if there is any`,
    reads.effectiveBits < 3 &&
      `reads of the first layer are worth ${short(reads.effectiveBits)} bits: noise of outputs is multiplied by the scale of each row`,
    whole &&
      large !== undefined &&
      `layer ${large.layer} is one array of ${large.inputs} × ${large.units} lines, larger than arrays are built: --tile-rows and --tile-columns split it`,
    update === 'exact' &&
      'update exact writes fp32 steps, which no cell can: it isolates the effects of reads',
    'biases and normalisation stay digital, off the arrays',
    'noise stays on in predictions, as on a chip',
  ];
  return said.filter((sentence) => sentence !== false);
}
