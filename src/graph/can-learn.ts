import type { Schedule } from '../schedules/schedule.ts';
import { mustLearn } from './must-learn.ts';

/** microbatches of a flush that suit every schedule on two devices */
const enough = 8;

/** Whether real stages, of some number, can learn by a schedule, or only the simulator can time it. */
export function canLearn(schedule: Schedule): boolean {
  const flush = schedule.updates === 'flush' ? enough : 1;
  try {
    for (const learns of schedule.serves)
      mustLearn(schedule, learns, { devices: 2, microbatches: enough, flush });
    return true;
  } catch {
    return false;
  }
}
