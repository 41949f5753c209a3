import type { HardwareCounts } from '../../core/trace.ts';
import type { LayerHardware } from '../../measures/hardware.ts';
import type { EnergyModel } from './energy-model.ts';

/** What a sample cost in one layer's hardware, in joules. */
export interface EnergyItems {
  readonly dac: number;
  readonly adc: number;
  readonly array: number;
  readonly pulses: number;
  readonly digital: number;
  readonly total: number;
}

export interface LayerLedger {
  readonly layer: number;
  readonly pulsesPerSample: number;
  /** the same over the layer's cells */
  readonly pulsesPerCell: number;
  /** share of the wanted steps of single cells that were smaller than one pulse; null where none was wanted */
  readonly belowOnePulse: number | null;
  /** share of output conversions that were clipped while learning */
  readonly outputsClipped: number;
  /** joules a learned sample: reads forward and back, transfers, updates */
  readonly learning: EnergyItems;
  /** joules a predicted sample, all label passes included; null where none was predicted */
  readonly predicting: EnergyItems | null;
}

/** What samples cost in analog hardware, by a model's constants. */
export interface EnergyLedger {
  readonly model: EnergyModel;
  readonly layers: readonly LayerLedger[];
  readonly pulsesPerSample: number;
  /** joules a learned sample */
  readonly energyPerSample: number;
  /** joules a predicted sample; null where none was predicted */
  readonly energyPerPrediction: number | null;
  /** pulses that the mean cell of the layer written most has taken in the run */
  readonly writesPerCell: number;
  /** share of the pulses that a cell endures which that mean cell has taken; left out where nobody says what it endures */
  readonly enduranceUsed?: number;
}

/**
 * Charges what hardware has done to the samples that it was done for.
 *
 * @param samples    `learned`, and `predicted` in the same run
 * @param endurance  pulses that a cell endures; left out, not known
 */
export function energyLedger(
  hardware: readonly LayerHardware[],
  { learned, predicted }: { readonly learned: number; readonly predicted: number },
  model: EnergyModel,
  endurance?: number,
): EnergyLedger {
  const layers = hardware.map(({ layer, counts }): LayerLedger => {
    const count = (name: string): number => counts[name] ?? 0;
    const pulses = count('update/pulses') / learned;
    const asked = count('update/asked');
    const learning = itemsOf(counts, ['learn', 'back', 'transfer', 'compensation'], learned, model, true);
    return {
      layer,
      pulsesPerSample: pulses,
      pulsesPerCell: pulses / count('array/cells'),
      belowOnePulse: asked > 0 ? count('update/belowOne') / asked : null,
      outputsClipped: count('learn/outputsClipped') / Math.max(1, count('learn/adcs')),
      learning,
      predicting: predicted > 0 ? itemsOf(counts, ['predict'], predicted, model, false) : null,
    };
  });
  const sum = (of: (one: LayerLedger) => number): number => layers.reduce((total, one) => total + of(one), 0);
  const writesPerCell = Math.max(0, ...layers.map(({ pulsesPerCell }) => pulsesPerCell * learned));
  return {
    model,
    layers,
    pulsesPerSample: sum(({ pulsesPerSample }) => pulsesPerSample),
    energyPerSample: sum(({ learning }) => learning.total),
    energyPerPrediction: predicted > 0 ? sum(({ predicting }) => predicting?.total ?? 0) : null,
    writesPerCell,
    ...(endurance !== undefined && { enduranceUsed: writesPerCell / endurance }),
  };
}

function itemsOf(
  counts: HardwareCounts,
  parts: readonly string[],
  samples: number,
  model: EnergyModel,
  updates: boolean,
): EnergyItems {
  const of = (name: string): number =>
    parts.reduce((sum, part) => sum + (counts[`${part}/${name}`] ?? 0), 0) / samples;
  const updating = (name: string): number => (updates ? (counts[`update/${name}`] ?? 0) / samples : 0);
  const stored = updates ? (counts['back/stored'] ?? 0) / samples : 0;
  const items = {
    dac: of('dacs') * model.dac,
    adc: of('adcs') * model.adc,
    array: of('cells') * model.cell,
    pulses: updating('pulses') * model.pulse + updating('linePulses') * model.linePulse,
    digital: (updating('macs') + of('macs')) * model.mac + of('adcs') * model.output + stored * model.stored,
  };
  return { ...items, total: Object.values(items).reduce((sum, item) => sum + item, 0) };
}
