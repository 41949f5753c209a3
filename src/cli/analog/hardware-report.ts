import { type EnergyLedger, energyLedger, energyModels, type Hardware } from '../../report.ts';

/** What a run report says of analog hardware; nothing where there is none. */
export function hardwareReport(
  energy: keyof typeof energyModels = 'hermes',
  { layers, predicted }: Hardware,
  learned: number,
  endurance: number | undefined,
): { pulsesPerSample?: number; energyPerSample?: number; hardware?: EnergyLedger } {
  if (layers.length === 0 || learned === 0) return {};
  const hardware = energyLedger(layers, { learned, predicted }, energyModels[energy], endurance);
  const { pulsesPerSample, energyPerSample } = hardware;
  return { pulsesPerSample, energyPerSample, hardware };
}
