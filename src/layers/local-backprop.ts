import { plan } from '../core/plan.ts';
import type { Shape } from '../data/microbatch.ts';
import { type BackpropOptions, backprop, create as createDense } from './backprop.ts';
import type { Layer, LayerContext, LayerPlan } from './layer.ts';
import { convolution } from './parts/fields/convolution.ts';
import { fieldAffine } from './parts/fields/field-affine.ts';
import { checkFields, type FieldOptions, fieldsOver } from './parts/fields/fields.ts';

export interface LocalBackpropOptions extends BackpropOptions, FieldOptions {
  /** at each point of the layer: it has height · width · units outputs */
  readonly units: number;
  /** all points have the same weights: a convolutional layer; left out, each has its own */
  readonly shared?: boolean | undefined;
}

/**
 * A hidden layer that learns by backpropagation and whose units see a part of the plane below, as those of
 * `localForwardForward` do: the same network for the rival rule, or, where weights are shared, a convolutional one.
 *
 * @throws {RangeError} when an option is out of its range
 */
export function localBackprop(options: LocalBackpropOptions): LayerPlan {
  checkFields(options);
  const dense = backprop(options);
  return { ...dense, ...plan(import.meta.url, 'local backprop', dense.options), options: dense.options };
}

export function emits(options: LocalBackpropOptions, input: Shape): Shape {
  const { height, width } = fieldsOver(options, input, 0);
  const grid = { height, width, channels: options.units };
  return { ...input, width: height * width * options.units, grid };
}

/** Forward, input gradient and weight gradient of every field; the first layer needs no input gradient. */
export function cost(options: LocalBackpropOptions, input: Shape, index: number): number {
  const { columns } = fieldsOver(options, input, 0);
  return columns.reduce((sum, { length }) => sum + length * options.units * (index === 0 ? 2 : 3), 0);
}

export function create(options: LocalBackpropOptions, context: LayerContext): Layer {
  const fields = fieldsOver(options, context.input, 0);
  const { units, shared } = options;
  const own = shared ? convolution(context, fields, units) : fieldAffine(context, fields, units, 0);
  return createDense({ units: units * fields.columns.length }, context, own) as Layer;
}
