import { make, moduleOf, plan } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Shape } from '../../src/data/microbatch.ts';
import type { Layer, LayerContext, LayerModule, LayerPlan, Memory } from '../../src/layers/layer.ts';

// A layer around a layer, for tests: it pauses, throws, dies or makes NaN where it is told to. It lives in a file of its
// own, as a user's layer would, because worker threads import it.

export interface Trouble {
  /** before each op, sleeps a random time of up to so many milliseconds */
  readonly pauseUpTo?: number;
  /** at the F that learns from this many-th microbatch, from 0: throws, ends its process' thread, or makes NaN */
  readonly at?: number;
  readonly with?: 'throw' | 'exit' | 'nan' | 'forever' | 'rejection' | 'exception';
  /** while it is made */
  readonly making?: 'throws' | 'hangs';
  /** what it reports at the end can't cross to another thread, or it can't be let go */
  readonly ending?: 'unclonable' | 'undisposable';
  /** makes NaN of a weight at this many-th update, from 0 */
  readonly spoilsAt?: number;
}

interface Options extends Trouble {
  readonly units: number;
  readonly inner: LayerPlan;
}

export function troubled(inner: LayerPlan, trouble: Trouble): LayerPlan {
  const { units, optimiser } = inner.options;
  const options = { units, optimiser, inner, ...trouble };
  return { ...inner, ...plan(import.meta.url, `troubled ${inner.name}`), options };
}

// The shape a module promises is synchronous, so the inner modules are loaded ahead.
const forwardForward = (await import('../../src/layers/forward-forward.ts')) as unknown as LayerModule;
const backprop = (await import('../../src/layers/backprop.ts')) as unknown as LayerModule;
const monoForward = (await import('../../src/layers/mono-forward.ts')) as unknown as LayerModule;
const softmax = (await import('../../src/layers/softmax.ts')) as unknown as LayerModule;

function loaded({ inner }: Options): LayerModule {
  if (inner.module.includes('forward-forward')) return forwardForward;
  if (inner.module.includes('mono-forward')) return monoForward;
  return inner.module.includes('backprop') ? backprop : softmax;
}

export function emits(options: Options, input: Shape): Shape {
  return loaded(options).emits(options.inner.options, input);
}

export function cost(options: Options, input: Shape, index: number): number {
  return loaded(options).cost(options.inner.options, input, index);
}

export async function create(options: Options, context: LayerContext): Promise<Layer> {
  await moduleOf(options.inner);
  if (options.making === 'throws') throw new Error('no lamp in the box');
  if (options.making === 'hangs') await new Promise(() => {});
  const inner = await make(options.inner, context);
  const draw = random(Math.floor(performance.now())).fork(`pauses ${context.index}`);
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  const pause = () => {
    if (options.pauseUpTo) Atomics.wait(asleep, 0, 0, draw.uniform() * options.pauseUpTo);
  };
  let count = 0;
  let updates = 0;
  const paused = <A extends unknown[], R>(op: (...args: A) => R) => {
    return (...args: A): R => {
      pause();
      return op(...args);
    };
  };
  return {
    ...inner,
    get macs() {
      return inner.macs;
    },
    forward(input, output, memory: Memory) {
      pause();
      const due = count++ === options.at;
      if (due && options.with === 'throw') throw new Error('the lamp went out');
      if (due && options.with === 'exit') process.exit(3);
      if (due && options.with === 'rejection') void Promise.reject(new Error('the lamp broke its promise'));
      if (due && options.with === 'exception')
        setImmediate(() => {
          throw new Error('the lamp blew up later');
        });
      if (due && options.with === 'nan') input.activity.fill(Number.NaN);
      if (due && options.with === 'forever') Atomics.wait(asleep, 0, 0, 3_600_000);
      return inner.forward(input, output, memory);
    },
    gradient: paused(inner.gradient),
    update: paused(() => {
      inner.update();
      if (updates++ !== options.spoilsAt) return;
      const state = inner.state?.() ?? {};
      const bias = Object.keys(state).find((name) => name.endsWith('/bias')) as string;
      inner.restore?.({ ...state, [bias]: state[bias].fill(Number.NaN, 2, 3) });
    }),
    predict: paused(inner.predict),
    parameters() {
      const own = inner.parameters();
      return options.ending === 'unclonable' ? [...own, { ...own[0], name: 'f', why: () => {} }] : own;
    },
    dispose() {
      inner.dispose();
      if (options.ending === 'undisposable') throw new Error('the lamp is glued on');
    },
    ...(inner.backward ? { backward: paused(inner.backward) } : {}),
  };
}
