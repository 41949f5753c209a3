import type { EnergyLedger } from './ledger.ts';

const prefixes = ['', 'm', 'µ', 'n', 'p', 'f'] as const;

/** `1.23 nJ` */
export function joules(value: number): string {
  if (value === 0) return '0 J';
  const step = Math.min(prefixes.length - 1, Math.max(0, Math.ceil(-Math.log10(Math.abs(value)) / 3)));
  return `${Number((value * 1000 ** step).toPrecision(3))} ${prefixes[step]}J`;
}

/** What a sample cost in one network's hardware, in a few lines; `of` is the network's name. */
export function energyText(ledger: EnergyLedger, of: string): string {
  const { model, layers, energyPerSample, energyPerPrediction, pulsesPerSample, writesPerCell } = ledger;
  const { enduranceUsed } = ledger;
  const used =
    enduranceUsed === undefined
      ? ''
      : `, ${Number((100 * enduranceUsed).toPrecision(3))} % of what it endures`;
  const item = (name: 'dac' | 'adc' | 'array' | 'pulses' | 'digital'): string =>
    joules(layers.reduce((sum, { learning }) => sum + learning[name], 0));
  const below = layers.flatMap(({ layer, belowOnePulse }) =>
    belowOnePulse === null ? [] : [`layer ${layer} ${(100 * belowOnePulse).toFixed(1)} %`],
  );
  const clipped = layers.map(
    ({ layer, outputsClipped }) => `layer ${layer} ${(100 * outputsClipped).toFixed(2)} %`,
  );
  const predicting = energyPerPrediction === null ? '' : `; a predicted one ${joules(energyPerPrediction)}`;
  return [
    `energy of ${of}, estimated by model '${model.name}': a learned sample ${joules(energyPerSample)} (DAC ${item('dac')}, ADC ${item('adc')}, array ${item('array')}, pulses ${item('pulses')}, digital ${item('digital')})${predicting}`,
    `pulses: ${Number(pulsesPerSample.toPrecision(4))} a sample; the mean cell of the layer written most was written ${Number(writesPerCell.toPrecision(4))} times${used}`,
    ...(below.length > 0 ? [`steps below one pulse: ${below.join(', ')}`] : []),
    `outputs clipped by ADCs: ${clipped.join(', ')}`,
  ].join('\n');
}
