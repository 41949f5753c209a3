// forwardflow as the gallery gives it to examples: the same, and every run is watched.

import { tap } from 'rxjs';
import { type Pipeline, run as quietly, type RunOptions, type Runtime } from '../../../src/index.ts';
import { watchedRun } from './watched.ts';

export * from '../../../src/index.ts';

export const run = (pipeline: Pipeline, runtime: Runtime, options?: RunOptions) =>
  quietly(pipeline, runtime, options).pipe(tap(watchedRun(pipeline.schedule.name)));
