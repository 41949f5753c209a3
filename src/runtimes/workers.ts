import { availableParallelism } from 'node:os';
import { hire } from '../threads/hire.ts';
import { realiseOnThreads } from '../threads/realise.ts';
import type { MachineFault } from '../work/faults/fault.ts';
import type { Devices, Offer, Runtime } from './runtime.ts';

export interface WorkersOptions {
  /** threads, 1 … layers; left out, one a layer where there are few, else one a core */
  readonly count?: number | undefined;
  /**
   * what each layer costs, as `measuredCosts` gives it: each stage is given consecutive layers so that the dearest stage is
   * as cheap as can be; left out, multiply-accumulates are taken for it
   */
  readonly costs?: readonly number[] | undefined;
  /** why there are so many, where `count` was chosen for somebody else; told in the start event */
  readonly why?: string | undefined;
}

/** every kind of fault */
const machineFaults: readonly MachineFault['fault'][] = [
  ...(['kill', 'pause', 'slow', 'drop-slot', 'duplicate-slot', 'corrupt-slot'] as const),
  ...(['clock-jump', 'full-disk'] as const),
];

/** Every device on a worker thread of its own: a Piscina task that lasts as long as the run. */
export function workers({ count, costs, why }: WorkersOptions = {}): Runtime {
  return {
    name: 'workers',
    steers: true,
    restarts: true,
    strikes: machineFaults,
    costs,
    devices: (offer) =>
      count === undefined ? devicesFor(offer, availableParallelism()) : { count, ...(why && { why }) },
    realise: (assembly) => realiseOnThreads(assembly, hire),
  };
}

/** threads a core up to which a thread a layer is no slower than fewer */
const threadsPerCore = 2;

/**
 * How many threads to take where nobody says. A few more than there are cores keep these busy; with many more, threads cost
 * memory and wait for each other.
 */
export function devicesFor({ layers, most, countMatters }: Offer, cores: number): Devices {
  if (countMatters || most <= threadsPerCore * cores) return { count: most };
  const why = `${cores} threads for ${layers} layers: one for each of ${cores} cores`;
  return { count: cores, why };
}
