import {
  arrays, type Layer, type LayerContext, type LayerPlan, make, plan, type Shape, together,
} from 'forwardflow/extend';

interface Options { readonly units: number; readonly inner: LayerPlan; readonly updates: number }

/** A Forward-Forward layer that stops learning after so many updates. */
export const frozenAfter = (inner: LayerPlan, updates: number): LayerPlan => ({
  ...inner,
  ...plan<Layer, LayerContext>(import.meta.url, 'frozen after'),
  options: { units: inner.options.units, inner, updates },
});

export const emits = ({ units }: Options, input: Shape): Shape => ({
  ...input, width: units, streams: 2, candidates: input.classes,
});

export const cost = ({ units }: Options, input: Shape, index: number): number =>
  input.width * units * (index === 0 ? 2 : 4);

export async function create({ inner, updates }: Options, context: LayerContext): Promise<Layer> {
  const layer = await make(inner, context);
  const made = new Float64Array(1);
  const state = together(
    { state: () => layer.state?.() ?? {}, restore: (from) => layer.restore?.(from) },
    arrays({ updatesMade: made }),
  );
  return {
    ...layer,
    ...state,
    get macs() { return layer.macs; },
    update: () => { if (made[0]++ < updates) layer.update(); },
  };
}
