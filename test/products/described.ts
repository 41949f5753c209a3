import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { threadArguments } from '../../src/core/thread.ts';
import { blas } from '../../src/products/blas.ts';

// Prints what the products of a library say they are: here, or in so many threads that load it at the same time.

const describe = async (library: string) => (await make(blas({ library }), Arena.over())).description;

if (!isMainThread) {
  parentPort?.postMessage(await describe(workerData));
} else {
  const [library, threads] = process.argv.slice(2);
  const inThread = () =>
    new Promise<string>((resolve, reject) => {
      const options = { workerData: library, execArgv: threadArguments(import.meta.url) };
      new Worker(new URL(import.meta.url), options).on('message', resolve).on('error', reject);
    });
  const said =
    Number(threads) === 0 ? [await describe(library)] : Array.from({ length: Number(threads) }, inThread);
  console.log(JSON.stringify(await Promise.all(said)));
}
