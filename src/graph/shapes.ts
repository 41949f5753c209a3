import { moduleOf } from '../core/plan.ts';
import type { Shape } from '../data/microbatch.ts';
import type { LayerModule, LayerPlan } from '../layers/layer.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';

/** What a pipeline's layers are sent and what they cost, as their modules say. */
export interface LayerShapes {
  /** shapes[i] is what layer i is sent; the last one is what leaves the last layer [layers + 1] */
  readonly shapes: readonly Shape[];
  /** multiply-accumulates that learning a sample takes [layers] */
  readonly costs: readonly number[];
}

/** @throws {TypeError} when a layer's module does not export what a layer's must */
export async function shapesOf(pipeline: ResolvedPipeline): Promise<LayerShapes> {
  const { samples, microbatch, negatives, shortlist } = pipeline;
  const tried = shortlist?.size ?? samples.classes;
  const shapes: Shape[] = [
    {
      rows: microbatch,
      // a microbatch that tries every label has about as many activity rows as one that learns
      goodnessRows: Math.max(1, Math.floor((2 * microbatch) / tried)),
      width: samples.width,
      // negative images come beside the samples; negative labels are the first layer's business
      streams: negatives?.rejects === 'images' ? 2 : 1,
      candidates: 1,
      features: 0,
      classes: samples.classes,
      ...(shortlist && { tried: shortlist.size }),
    },
  ];
  const { layers } = pipeline;
  const modules: LayerModule[] = [];
  for (const [i, plan] of layers.entries()) {
    modules.push(await layerModule(plan));
    shapes.push(modules[i].emits(plan.options, shapes[i]));
  }
  const costs = layers.map(({ options, settles }, i) => {
    const above = settles && heardFrom(i, layers, shapes);
    return modules[i].cost(options, shapes[i], i, above);
  });
  return { shapes, costs };
}

async function layerModule(plan: LayerPlan): Promise<LayerModule> {
  const module = (await moduleOf(plan)) as Partial<LayerModule>;
  for (const name of ['emits', 'cost', 'create'] as const) {
    if (typeof module[name] === 'function') continue;
    throw new TypeError(
      `module of layer '${plan.name}' must export create, emits and cost; got no ${name} in ${plan.module}`,
    );
  }
  return module as LayerModule;
}

/** Scores that return to the source: no activity, the labels and scores of a microbatch that left the last stage. */
export function scoresOf(shape: Shape): Shape {
  return { ...shape, width: 0, streams: 0, candidates: 0, features: 0 };
}

/** A gradient has one row a sample, as wide as the activity it belongs to. */
export function gradientOf(shape: Shape): Shape {
  return { ...shape, streams: 1, candidates: 0, features: 0 };
}

/** What a layer hears from the layer above it; undefined where it listens to none. */
export function heardFrom(
  index: number,
  layers: readonly LayerPlan[],
  shapes: LayerShapes['shapes'],
): Shape | undefined {
  const above: LayerPlan | undefined = layers[index + 1];
  if (above === undefined) return undefined;
  if (layers[index].topDown) return shapes[index + 2];
  if (above.settles === undefined) return undefined;
  return above.settles.down === 'output' ? shapes[index + 2] : gradientOf(shapes[index + 1]);
}
