import type { Assembly } from '../work/assembly.ts';
import type { MachineFault } from '../work/faults/fault.ts';

/** Where a graph is realised: it owns the threads, channels, memory and clock of a run. */
export interface Runtime {
  readonly name: string;
  /** faults that it can carry out; left out, none */
  readonly strikes?: readonly MachineFault['fault'][];
  /** whether each device has a thread of its own, which may die and be replaced; left out, false */
  readonly restarts?: boolean;
  /** whether a run can be steered while it goes on, by `controls()`; left out, false */
  readonly steers?: boolean;
  /** How many devices a pipeline's stages run on, and why. */
  devices(offer: Offer): Devices;
  /** what each layer costs, in any unit, by which layers are shared out; left out, their multiply-accumulates [layers] */
  readonly costs?: readonly number[] | undefined;
  /**
   * Carries a graph out.
   *
   * @returns what is resolved once all is done or stopped, and nothing is left behind
   * @throws {StageError} the first failure, with its stage, microbatch and reason
   */
  realise(assembly: Assembly): Promise<void>;
}

/** What a runtime is asked to find devices for. */
export interface Offer {
  readonly layers: number;
  /** devices that the layers fill: as many as layers, or fewer where a schedule gives each several stages */
  readonly most: number;
  /** whether what is learned depends on the number of devices, as it does where weights are stashed */
  readonly countMatters: boolean;
}

export interface Devices {
  readonly count: number;
  /** in words, where the runtime chose the count itself */
  readonly why?: string;
}
