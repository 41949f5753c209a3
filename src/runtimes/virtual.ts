import { must, mustBePositive, mustBeWhole } from '../core/check.ts';
import { settlingOf } from '../pipeline/settles.ts';
import { type Machine, scenarioOf } from '../virtual/machine.ts';
import { learnInVirtualTime, timeOnly } from '../virtual/realise.ts';
import type { Runtime } from './runtime.ts';

/** What the simulated machine is like; the pipeline says the rest. */
export interface VirtualOptions extends Omit<Machine, 'macsPerSecond'> {
  /** devices; left out, one a layer, or where a schedule gives each several stages as many as the layers fill */
  readonly devices?: number;
  /** multiply-accumulates a second of each device, where costs are left out; left out, 40e9 */
  readonly macsPerSecond?: number;
  /** whether the ops really compute; `false`: timing only, which takes no data and no arithmetic. Left out, true */
  readonly learning?: boolean;
  /** nanoseconds in which a device that died runs again, before it makes again what it lost; left out, 1 s */
  readonly restart?: number;
}

/**
 * Learning in virtual time, on one thread: every op really computes, in the order in which it would on so many simulated
 * devices, and takes the virtual time that a device would take. So accuracy comes out against virtual time, with the
 * staleness that a schedule has; where nothing depends on timing, the weights are those of `inline` and `workers` to the bit.
 *
 * Where layers leave samples out, B and W take so much of their time as they learn from; without learning nobody knows how much,
 * and they take all of it. Predictions take no virtual time. Running ones are made as the microbatch before which they come goes in, the others
 * once every stage has learned from the last sample before them; each stage predicts with the weights that it has then, and
 * the first ones may have learned from some more. An aborted run stops where it is; what is inside is not finished.
 *
 * @throws {RangeError} when the run begins: for schedules that keep two copies of a stage or hand weights over, and for
 *   negatives that ask the whole network; at once, for a speed or a number of devices that is out of range
 */
export function virtual(options: VirtualOptions = {}): Runtime {
  const { macsPerSecond = 40e9, devices, learning = true, restart = 1e9, ...machine } = options;
  mustBePositive(macsPerSecond, 'macsPerSecond');
  if (devices !== undefined) mustBeWhole(devices, 'devices', 1);
  must(restart >= 0, 'restart', '0 ns or more', restart);
  return {
    name: 'virtual',
    restarts: true,
    strikes: ['kill', 'pause', 'slow'],
    devices: ({ most }) => ({ count: devices ?? most }),
    async realise(assembly) {
      const { negatives, line, layers } = assembly.pipeline;
      const settles = line !== undefined && settlingOf(layers) !== undefined;
      must(!settles, 'an open line in virtual time', 'left out where layers settle', layers[0].name);
      const asks = negatives?.asks !== undefined;
      must(!asks, 'negatives in virtual time', 'drawn by the first layer', negatives?.name);
      const scenario = scenarioOf(assembly, { ...machine, macsPerSecond });
      await (learning ? learnInVirtualTime : timeOnly)(assembly, scenario, restart);
    },
  };
}
