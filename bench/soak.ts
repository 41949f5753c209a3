import { lastValueFrom, tap } from 'rxjs';
import { type ProductsPlan, wallNanoseconds } from '../src/extend.ts';
import { type Dataset, run, workers } from '../src/index.ts';
import { slope } from './figures.ts';
import { ff } from './networks.ts';

/** The stream for some minutes, with the memory of its process looked at every second. */
export async function soak({
  all,
  products,
  minutes,
}: {
  all: Dataset;
  products: ProductsPlan;
  minutes: number;
}) {
  const stop = new AbortController();
  const points: { x: number; rss: number; heap: number }[] = [];
  const start = wallNanoseconds();
  let microbatches = 0;
  const pipeline = { ...ff({ samples: all, products, microbatch: 100 }, [500, 500]), epochs: 1_000_000 };
  const events = run(pipeline, workers(), { signal: stop.signal });
  const look = setInterval(() => {
    const x = (wallNanoseconds() - start) / 60e9;
    const { rss, heapUsed } = process.memoryUsage();
    points.push({ x, rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 });
    if (x >= minutes) stop.abort();
  }, 1000);
  try {
    await lastValueFrom(
      events.pipe(
        tap((event) => {
          if (event.kind === 'op' && event.op === 'U' && event.stage === 1) microbatches++;
        }),
      ),
    );
  } finally {
    clearInterval(look);
  }
  // the first minute fills caches and compiles
  const settled = points.filter(({ x }) => x > Math.min(1, minutes / 3));
  const of = (key: 'rss' | 'heap') => ({
    ...slope(settled.map(({ x, [key]: y }) => ({ x, y }))),
    from: settled[0]?.[key],
    to: settled.at(-1)?.[key],
  });
  return { minutes, microbatches, rss: of('rss'), heap: of('heap') };
}

export function soakText({ minutes, microbatches, rss, heap }: Awaited<ReturnType<typeof soak>>): string {
  const line = (name: string, one: typeof rss) =>
    `  ${name} ${one.slope.toFixed(3)} ± ${one.within.toFixed(3)} MiB a minute, from ${one.from?.toFixed(0)} to ${one.to?.toFixed(0)} MiB\n`;
  return `\n${minutes} minutes, ${microbatches} microbatches\n${line('RSS', rss)}${line('heap of the main thread', heap)}`;
}
