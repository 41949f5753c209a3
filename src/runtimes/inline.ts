import { runStage } from '../pipeline/run-stage.ts';
import type { Runtime } from './runtime.ts';

/** Every stage in this thread, taking turns as messages come: the same pipeline without parallelism. */
export function inline({ stages }: { readonly stages?: number } = {}): Runtime {
  return {
    name: 'inline',
    stages: (layers) => stages ?? layers,
    launch: (plans) => ({ ended: plans.map(runStage), dismiss: async () => {} }),
  };
}
