import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { troubled } from './members.ts';
import { uniform } from './runs.ts';

// A process that ends a run in the way it is told to, prints 'over', and has to exit by itself.

const [way, where] = process.argv.slice(2);
const runtime = where === 'inline' ? inline() : workers();
const over = () => process.stdout.write('over\n');
const trouble =
  way === 'throw' || way === 'exit'
    ? ({ at: 5, with: way } as const)
    : way === 'stuck'
      ? ({ at: 5, with: 'forever' } as const)
      : way === 'unsubscribe-while-made'
        ? ({ making: 'hangs' } as const)
        : {};
const layers = uniform.layers.map((layer, i) => (i === 1 ? troubled(layer, trouble) : layer));
const epochs = way === 'finish' ? 1 : 100_000;
const abort = new AbortController();

const subscription = run({ ...uniform, layers, epochs }, runtime, { signal: abort.signal }).subscribe({
  error: over,
  complete: over,
  next(event) {
    if (event.kind !== 'arrival') return;
    if (way === 'abort' && event.microbatch === 20) abort.abort();
    if (way === 'unsubscribe' && event.microbatch === 20) leave();
  },
});

function leave(): void {
  subscription.unsubscribe();
  over();
}

if (way === 'unsubscribe-at-once') leave();
if (way === 'unsubscribe-while-made') setTimeout(leave, 200);
if (way === 'stuck') setTimeout(leave, 2500);
