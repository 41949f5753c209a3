import { realiseOnThreads } from '../threads/realise.ts';
import { runDevice } from '../threads/run-device.ts';
import type { Runtime } from './runtime.ts';

/**
 * Every device in this thread, taking turns as messages come: the same pipeline without parallelism.
 *
 * @param stages  devices; left out, as many as the layers fill
 */
export function inline({ stages }: { readonly stages?: number | undefined } = {}): Runtime {
  return {
    name: 'inline',
    steers: true,
    strikes: ['clock-jump', 'full-disk'],
    devices: ({ most }) => ({ count: stages ?? most }),
    realise: (assembly) => realiseOnThreads(assembly, () => ({ run: runDevice, dismiss: async () => {} })),
  };
}
