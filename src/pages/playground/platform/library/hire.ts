import type { Crew } from '../../../../threads/crew.ts';
import { type DevicePlan, portsOf } from '../../../../threads/device-plan.ts';
import { bareOf, carried } from '../carried.ts';

/** Makes a Web Worker that works as a device; set by the page's own worker, whose program it runs. */
let makeWorker: ((name: string) => Worker) | undefined;

/** @param make  a worker of this name that answers a plan with `{ done }` or `{ failed }` */
export function devicesRunIn(make: (name: string) => Worker): void {
  makeWorker = make;
}

/** A Web Worker for each device. */
export function hire(): Crew {
  const alive = new Map<number, { worker: Worker; fail: (reason: Error) => void }>();
  let count = 0;
  return {
    run: (plan: DevicePlan) =>
      new Promise((resolve, reject) => {
        if (makeWorker === undefined) throw new Error('Web Workers must be offered by the page; got none');
        const thread = ++count;
        const worker = makeWorker(`device ${thread}`);
        alive.set(thread, { worker, fail: reject });
        worker.onmessage = ({ data }) => ('done' in data ? resolve() : reject(new Error(data.failed)));
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(
          carried(plan),
          portsOf(plan).map((port) => bareOf(port)),
        );
      }),
    kill(thread) {
      alive.get(thread)?.worker.terminate();
      alive.get(thread)?.fail(new Error('its worker was ended'));
    },
    async dismiss() {
      for (const { worker } of alive.values()) worker.terminate();
      alive.clear();
    },
  };
}
