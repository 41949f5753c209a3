import type { DevicePlan } from './device-plan.ts';

/** Threads for devices to work on. */
export interface Crew {
  /** Sets a device to work. @returns resolved when it has ended, whatever it reported; rejected when its thread died */
  run(device: DevicePlan): Promise<void>;
  /** Ends a thread in the middle of whatever it does; left out where devices have none of their own. */
  kill?(thread: number): void;
  /** Resolved once a thread that died is gone; at once for one that lives on with its device's task ended. */
  gone?(thread: number): Promise<void>;
  /** lets go of every thread; resolved when none is left */
  dismiss(): Promise<void>;
}

/** Threads for so many devices at a time. */
export type Hire = (devices: number) => Crew;
