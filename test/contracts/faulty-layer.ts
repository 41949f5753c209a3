import { make, plan } from '../../src/core/plan.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import type { Layer, LayerContext, LayerPlan } from '../../src/layers/layer.ts';

export { cost, emits } from '../../src/layers/forward-forward.ts';

/** What is wrong with a layer that is sound otherwise. */
export type Fault =
  | 'none'
  | 'writes too far'
  | 'writes its input'
  | 'learns early'
  | 'forgets'
  | 'counts wrong';

export function faulty(fault: Fault): LayerPlan {
  const sound = forwardForward({ units: 6 });
  return {
    ...sound,
    ...plan<Layer, LayerContext>(import.meta.url, fault),
    options: { ...sound.options, sound, fault },
  };
}

export async function create(
  { sound, fault }: { readonly sound: LayerPlan; readonly fault: Fault },
  context: LayerContext,
): Promise<Layer> {
  const layer = await make(sound, context);
  let counted = 0;
  return {
    ...layer,
    get macs() {
      return fault === 'counts wrong' ? layer.macs + counted : layer.macs;
    },
    ...(fault === 'forgets' && { state: () => ({}), restore: () => {} }),
    forward(input, output, memory) {
      counted++;
      const loss = layer.forward(input, output, memory);
      if (fault === 'writes too far' && output) output.activity.fill(1);
      if (fault === 'writes its input') input.activity[0] += 1;
      return loss;
    },
    gradient(input, memory) {
      layer.gradient(input, memory);
      if (fault === 'learns early') layer.update();
    },
  };
}
