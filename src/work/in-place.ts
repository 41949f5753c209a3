import { type Place, reasonOf, StageError } from './stage-error.ts';

/** Does a piece of work. @throws {StageError} with the place and the reason of whatever it throws */
export function inPlace<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new StageError(place, reasonOf(error), error);
  }
}
