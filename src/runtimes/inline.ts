import { runDevice } from '../threads/run-device.ts';
import type { Runtime } from './runtime.ts';

/**
 * Every stage in this thread, taking turns as messages come: the same pipeline without parallelism.
 *
 * @param stages  of a schedule that gives a device several stages, devices; left out, as many as the layers fill
 */
export function inline({ stages }: { readonly stages?: number } = {}): Runtime {
  return {
    name: 'inline',
    stages: (most) => stages ?? most,
    launch: (devices) => ({ ended: devices.map(runDevice), dismiss: async () => {} }),
  };
}
