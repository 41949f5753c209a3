import { must } from '../core/check.ts';
import { line, type Path, type Schedule } from '../schedules/schedule.ts';

/**
 * The device of each stage of a pipeline, in the order of the path.
 *
 * @param layers  that there are to fill them
 * @throws {RangeError} when there are fewer layers than stages
 */
export function wayOf(schedule: Schedule, devices: number, flush: number, layers: number): readonly number[] {
  const [path] = pathsOf(schedule, devices, flush);
  const count = path.devices.length;
  if (count > devices)
    must(count <= layers, `stages of ${schedule.name}`, `at most ${layers}, the layers`, count);
  return path.devices;
}

/** The most devices that so many layers fill; 1, where they fill none. */
export function devicesFilled(schedule: Schedule, layers: number): number {
  // on two devices, not on one: what a path has on each device doesn't depend on their number
  const stages = pathsOf(schedule, 2, 2).reduce((sum, { devices }) => sum + devices.length, 0);
  return Math.max(1, Math.floor((2 * layers) / stages));
}

export function pathsOf(schedule: Schedule, devices: number, flush: number): readonly Path[] {
  return (schedule.layout ?? line)(devices, flush);
}

/** Whether what is learned depends on the number of devices, as it does where weights change under microbatches on their way. */
export function countMatters({ stashes, goesBackBy, updates, gradientDelay = 0 }: Schedule): boolean {
  return gradientDelay > 0 || ((stashes === true || goesBackBy === 'newest') && updates !== 'flush');
}
