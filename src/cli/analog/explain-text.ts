import { energyText, wrapped } from '../../report.ts';
import { percent, short } from './figures.ts';
import type { Explained } from './warnings.ts';

const nameWidth = 34;

/** A name and its value, whose further lines stand below the first. */
function entry(name: string, value: string): string {
  const inset = `\n${' '.repeat(nameWidth)}`;
  return `${name.padEnd(nameWidth)}${wrapped(value, 80 - nameWidth).replaceAll('\n', inset)}`;
}

/** An explained configuration, for people: what it is, what it does, and what to look out for. */
export function explainText(explained: Explained): string {
  const { cell, update, forward, backward, reads, arrays, ledger, learned, warnings } = explained;
  const step = (pulse: typeof cell.up): string =>
    pulse === null ? 'refused' : `${short(pulse.mean)} ± ${short(pulse.deviation)}`;
  const bits = ({ dacBits, adcBits, outputBound }: typeof forward): string =>
    `DAC ${short(dacBits)} bits, ADC ${short(adcBits)} bits within ±${outputBound ?? '∞'}`;
  const pulses = ledger.layers.map(
    ({ layer, pulsesPerSample, belowOnePulse }) =>
      `layer ${layer} ${short(pulsesPerSample)}${belowOnePulse === null ? '' : `, ${percent(belowOnePulse)} of steps below one`}`,
  );
  const lines: [string, string][] = [
    ['cells', `${cell.name}: ${cell.description}`],
    ['bounds, mean', `${short(cell.lower)} to ${short(cell.upper)}`],
    ['pulse by which trains are planned', short(cell.granularity)],
    ['states between the bounds', short(cell.states)],
    ['UP pulse at weight 0', step(cell.up)],
    ['DOWN pulse at weight 0', step(cell.down)],
    ['asymmetry at weight 0', cell.asymmetry === null ? '–' : percent(cell.asymmetry)],
    ['update', update],
    ['reads forward', bits(forward)],
    ['reads backward', bits(backward)],
    [
      'first layer, error of a read',
      `${percent(reads.relativeError)}: SNR ${short(reads.snr)} dB, ${short(reads.effectiveBits)} effective bits`,
    ],
    ['outputs clipped, rows read again', `${percent(reads.outputsClipped)}, ${percent(reads.redrawn)}`],
    [
      'arrays',
      arrays.map(({ inputs, units, arrays: count }) => `${inputs} × ${units} on ${count}`).join(', '),
    ],
    ['pulses a sample', pulses.join('; ')],
  ];
  return [
    ...lines.map(([name, value]) => entry(name, value)),
    `counted over ${learned} samples learned`,
    energyText(ledger, 'one sample'),
    '',
    ...warnings.map((warning) => `- ${warning}`),
  ].join('\n');
}
