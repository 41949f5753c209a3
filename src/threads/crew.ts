import type { DevicePlan } from './device-plan.ts';

/** Devices at work. */
export interface Crew {
  /** one a device: resolved when it has ended, whatever it reported; rejected when its thread died */
  readonly ended: readonly Promise<void>[];
  /** lets go of every thread; resolved when none is left */
  dismiss(): Promise<void>;
}

/** Sets devices to work, in the order in which their schedule counts them. */
export type Launch = (devices: readonly DevicePlan[]) => Crew;
