import { moduleOf } from '../core/plan.ts';
import type { Shape } from '../data/microbatch.ts';
import type { LayerModule } from '../layers/layer.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import type { StagePlan } from '../threads/stage-plan.ts';

/** What each layer is sent (shapes[i]) and what leaves the last, with the work each layer makes. */
export async function shapesOf(pipeline: ResolvedPipeline): Promise<{ shapes: Shape[]; costs: number[] }> {
  const { samples, microbatch } = pipeline;
  const shapes: Shape[] = [
    {
      rows: microbatch,
      // a microbatch that tries every label has about as many activity rows as one that learns
      goodnessRows: Math.max(1, Math.floor((2 * microbatch) / samples.classes)),
      width: samples.width,
      streams: 1,
      candidates: 1,
      features: 0,
      classes: samples.classes,
    },
  ];
  const costs: number[] = [];
  for (const [i, plan] of pipeline.layers.entries()) {
    const { emits, cost } = (await moduleOf(plan)) as Partial<LayerModule>;
    if (typeof emits !== 'function' || typeof cost !== 'function') {
      const lacking = typeof emits === 'function' ? 'cost' : 'emits';
      throw new TypeError(
        `module of layer '${plan.name}' must export create, emits and cost; got no ${lacking} in ${plan.module}`,
      );
    }
    costs.push(cost(plan.options, shapes[i], i));
    shapes.push(emits(plan.options, shapes[i]));
  }
  return { shapes, costs };
}

/** A gradient has one row a sample, as wide as the activity it belongs to. */
export function gradientOf(shape: Shape): Shape {
  return { ...shape, streams: 1, candidates: 0, features: 0 };
}

/** What one stage is made of. */
export type StageLayers = Pick<StagePlan, 'layers' | 'weights'>;

/**
 * The layers of each stage, with what they are sent and send on, and the weights that they start from.
 *
 * @param groups  layers of each stage [stages]
 */
export function layersOfStages(
  { layers: plans, weights }: ResolvedPipeline,
  shapes: readonly Shape[],
  groups: readonly number[],
): StageLayers[] {
  let from = 0;
  return groups.map((count) => {
    const layers = plans.slice(from, from + count).map((plan, i) => {
      const index = from + i;
      return { index, plan, input: shapes[index], output: shapes[index + 1] };
    });
    from += count;
    const own = new Set(layers.map(({ index }) => `layer${index}`));
    return { layers, weights: weights.filter(({ name }) => own.has(name.split('.')[0])) };
  });
}
