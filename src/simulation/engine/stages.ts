import { line } from '../../schedules/schedule.ts';
import type { Scenario } from '../scenario.ts';

/** The stages of a schedule's paths, numbered one path after the other. */
export interface Stages {
  readonly count: number;
  /** [stages] */
  readonly device: Int32Array;
  /** the stage after and the stage before, −1 where there is none [stages] */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly path: Int32Array;
  /** of the device's costs  [stages] */
  readonly share: Float64Array;
  /** the stages of each device, in the order in which an order's `chunk` counts them */
  readonly ofDevice: readonly (readonly number[])[];
  /** first and last stage of each path, and microbatches of one flush on it */
  readonly paths: readonly { readonly first: number; readonly last: number; readonly microbatches: number }[];
}

export function stagesOf({ schedule, devices, microbatches }: Scenario): Stages {
  const paths = (schedule.layout ?? line)(devices, microbatches);
  const count = paths.reduce((sum, path) => sum + path.devices.length, 0);
  const stages = {
    device: new Int32Array(count),
    next: new Int32Array(count).fill(-1),
    previous: new Int32Array(count).fill(-1),
    path: new Int32Array(count),
    share: new Float64Array(count),
  };
  const ofDevice: number[][] = Array.from({ length: devices }, () => []);
  let at = 0;
  const ends = paths.map((path, p) => {
    const first = at;
    for (const device of path.devices) {
      stages.device[at] = device;
      stages.path[at] = p;
      stages.share[at] = path.share;
      if (at > first) {
        stages.previous[at] = at - 1;
        stages.next[at - 1] = at;
      }
      ofDevice[device].push(at++);
    }
    return { first, last: at - 1, microbatches: path.microbatches };
  });
  return { count, ...stages, ofDevice, paths: ends };
}
