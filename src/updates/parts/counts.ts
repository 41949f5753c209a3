import type { UpdateCounts } from '../update.ts';

/** The counts of an updater that has done nothing. */
export const nothing: UpdateCounts = {
  pulses: 0,
  linePulses: 0,
  transferReads: 0,
  macs: 0,
  belowOne: 0,
  asked: 0,
};
