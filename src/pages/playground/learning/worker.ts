import type { DevicePlan } from '../../../threads/device-plan.ts';
import { runDevice } from '../../../threads/run-device.ts';
import { arrived } from '../platform/carried.ts';
import { devicesRunIn } from '../platform/library/hire.ts';
import { threadId } from '../platform/node/worker-threads.ts';
import { Learner } from './learner.ts';
import type { Ask } from './messages.ts';

// One program for both: the worker that the page talks to, and those that it starts for its layers.
if (threadId > 0) workAsDevice();
else workForPage();

function workAsDevice(): void {
  addEventListener('message', ({ data }: { data: DevicePlan }) => {
    runDevice(arrived(data)).then(
      () => postMessage({ done: true }),
      (error: unknown) => postMessage({ failed: String(error) }),
    );
  });
}

function workForPage(): void {
  devicesRunIn((name) => new Worker(location.href, { name }));
  const learner = new Learner(crossOriginIsolated, (told) => postMessage(told));
  addEventListener('message', ({ data }: { data: Ask }) => {
    learner.do(data).catch((error: unknown) => {
      postMessage({ tell: 'failed', message: error instanceof Error ? error.message : String(error) });
    });
  });
}
