import { type Layer, type LayerContext, type LayerPlan, make, plan, type Shape } from 'forwardflow/extend';

interface Options {
  readonly units: number;
  readonly inner: LayerPlan;
  readonly updates: number;
}

/** A Forward-Forward layer that stops learning after so many updates. */
export const frozenAfter = (inner: LayerPlan, updates: number): LayerPlan => ({
  ...plan(import.meta.url, 'frozen after'),
  options: { units: inner.options.units, inner, updates },
  learns: inner.learns,
});

export const emits = ({ units }: Options, input: Shape): Shape => ({
  ...input,
  width: units,
  streams: 2,
  candidates: input.classes,
});

export const cost = ({ units }: Options, input: Shape, index: number): number =>
  input.width * units * (index === 0 ? 2 : 4);

export async function create({ inner, updates }: Options, context: LayerContext): Promise<Layer> {
  const layer = await make<Layer>(inner, context);
  let made = 0;
  return {
    ...layer,
    get macs() {
      return layer.macs;
    },
    update: () => {
      if (made++ < updates) layer.update();
    },
  };
}
