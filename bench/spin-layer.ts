import { passOn } from '../src/data/microbatch.ts';
import {
  arrays,
  type Layer,
  type LayerPlan,
  type Microbatch,
  plan,
  type Shape,
  wallNanoseconds,
} from '../src/extend.ts';

/** A layer that computes nothing and takes a stated time for each op: what is left of a stage's time is the stream's own. */
export function spin(options: { readonly units: number; readonly milliseconds: number }): LayerPlan {
  return { ...plan(import.meta.url, 'spin'), options, learns: 'locally' };
}

export function emits({ units }: { units: number }, input: Shape): Shape {
  return { ...input, width: units, streams: 2, candidates: input.classes };
}

export function cost(): number {
  return 1;
}

/** Makes what `spin` plans. */
export function create({ milliseconds }: { milliseconds: number }): Layer {
  const work = (): void => {
    const end = wallNanoseconds() + milliseconds * 1e6;
    while (wallNanoseconds() < end);
  };
  return {
    memory: () => ({ bytes: 0 }),
    forward(from: Microbatch, to: Microbatch | undefined) {
      if (to) passOn(from, to);
      work();
      return undefined;
    },
    gradient: work,
    update: work,
    predict: (from, to) => passOn(from, to),
    parameters: () => [],
    load: () => {},
    ...arrays({}),
    macs: 0,
    dispose: () => {},
  };
}
