import type { MessagePort } from 'node:worker_threads';
import type { Parameter } from '../core/trace.ts';
import type { WasmMemory } from '../core/wasm.ts';
import type { Shape } from '../data/microbatch.ts';
import type { KernelsPlan } from '../kernels/kernel.ts';
import type { LayerPlan } from '../layers/layer.ts';
import type { NegativesPlan } from '../negatives/negative.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { ProductsPlan } from '../products/product.ts';
import type { SchedulePlan } from '../schedules/schedule.ts';
import type { TilePlan } from '../tiles/tile.ts';
import type { LinkEnd } from './link.ts';

/** All that a stage needs, as plain data that crosses to its thread. */
export interface StagePlan {
  /** on the way through the pipeline, from 0 */
  readonly stage: number;
  readonly stages: number;
  /** whose thread it shares with the device's other stages */
  readonly device: number;
  readonly devices: number;
  readonly layers: readonly { index: number; plan: LayerPlan; input: Shape; output: Shape }[];
  readonly learns: 'locally' | 'backward';
  readonly products: ProductsPlan;
  readonly tile: TilePlan;
  readonly kernels: KernelsPlan;
  /** the run's memory, in which its links lie */
  readonly memory: WasmMemory;
  readonly optimiser: OptimiserPlan;
  readonly negatives: NegativesPlan | undefined;
  /** what the layers start from instead of fresh weights: names as `parameters()` gives them */
  readonly weights: readonly Parameter[];
  readonly schedule: SchedulePlan;
  readonly seed: number;
  /** microbatches to learn in the whole run */
  readonly microbatches: number;
  /** microbatches behind one update */
  readonly flush: number;
  /** updates that the whole run will make */
  readonly steps: number;
  /** activity comes in */
  readonly up: LinkEnd;
  /** activity goes out; behind the last stage, predictions */
  readonly out: LinkEnd;
  /** whether no stage comes after: then only predictions go out, not the activity of what is learned */
  readonly last: boolean;
  /** gradients come in from the stage above, where layers learn backward */
  readonly above: LinkEnd | undefined;
  /** gradients go out to the stage below, where layers learn backward */
  readonly below: LinkEnd | undefined;
  /** reports go out, orders come in */
  readonly control: MessagePort;
  /** when the run began, on the machine's clock, in nanoseconds */
  readonly origin: number;
  /** shared by the stages of a device [2]: the microbatch at hand and its stage, for whoever finds the thread dead */
  readonly progress: Int32Array;
}

/** This side's ends of all that joins a stage to the rest. */
export function portsOf({ up, out, above, below, control }: StagePlan): MessagePort[] {
  return [up.port, out.port, control, ...(above ? [above.port] : []), ...(below ? [below.port] : [])];
}
