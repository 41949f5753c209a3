import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { matrix } from '../core/matrix.ts';
import { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { threadArguments } from '../core/thread.ts';
import type { ProductsPlan } from './product.ts';

/** What the process of a probe answers. */
export type ProbeAnswer = { readonly description: string } | { readonly failure: string };

// As a process: is sent a plan, tries it on two threads at once, and answers. As a thread: tries the plan it was given.
if (isMainThread) {
  process.once('message', async (plan: ProductsPlan) => {
    const answer = await Promise.all([tryOnThread(plan), tryOnThread(plan)]).then(
      ([description]): ProbeAnswer => ({ description }),
      (cause: Error): ProbeAnswer => ({ failure: cause.message }),
    );
    process.send?.(answer, undefined, undefined, () => process.disconnect());
  });
} else {
  const maker = await make(workerData as ProductsPlan, Arena.over());
  const products = maker.products(2, 2);
  products.weights.set([3, 5, 4, 6]);
  products.written();
  const z = matrix(1, 2);
  products.read(matrix(1, 2, new Float32Array([1, 2])), z);
  products.dispose();
  if (z.data[0] !== 11 || z.data[1] !== 17)
    throw new Error(`it multiplies wrong: [11, 17] came out as [${z.data}]`);
  parentPort?.postMessage(maker.description);
}

function tryOnThread(plan: ProductsPlan): Promise<string> {
  const execArgv = threadArguments(import.meta.url);
  const worker = new Worker(new URL(import.meta.url), { workerData: plan, execArgv });
  return new Promise((resolve, reject) => {
    let description: string | undefined;
    worker.on('message', (said: string) => {
      description = said;
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      if (description === undefined)
        reject(new Error(`a thread ended with status ${status} before it was done`));
      else resolve(description);
    });
  });
}
