import { plan } from '../core/plan.ts';
import type { Shape } from '../data/microbatch.ts';
import {
  cost as costOfDense,
  create as createDense,
  emits as emitsDense,
  type ForwardForwardOptions,
  forwardForward,
} from './forward-forward.ts';
import type { Layer, LayerContext, LayerPlan } from './layer.ts';
import { fieldAffine } from './parts/fields/field-affine.ts';
import { checkFields, type FieldOptions, fieldsOver } from './parts/fields/fields.ts';

export interface LocalForwardForwardOptions extends ForwardForwardOptions, FieldOptions {
  /** at each point of the layer: it has height · width · units outputs */
  readonly units: number;
}

type Options = LocalForwardForwardOptions & Parameters<typeof createDense>[0];

/**
 * A Forward-Forward layer whose units see a part of the plane below: at each point of the layer `units` ReLUs share a square
 * field, the next point has the next field, and no two points share weights. Goodness, normalisation and all else are those of
 * `forwardForward`, over the units of all points. What it sends lies in a plane again, for another layer of fields above it.
 *
 * The first layer's units see the label's pixels beside their field, so that each point can tell right labels from wrong ones.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Hinton 2022, section 3.2, and section 3.4 for pictures with colours
 */
export function localForwardForward(options: LocalForwardForwardOptions): LayerPlan {
  checkFields(options);
  const dense = forwardForward(options);
  return {
    ...dense,
    ...plan(import.meta.url, 'local forward-forward', dense.options),
    options: dense.options,
  };
}

const labelsOf = (input: Shape, index: number): number => (index === 0 ? input.classes : 0);

/** Outputs at all points, and where those lie. */
function wholeOf(options: Options, input: Shape) {
  const { height, width } = fieldsOver(options, input, 0);
  const { units } = options;
  return { whole: { ...options, units: height * width * units }, grid: { height, width, channels: units } };
}

export function emits(options: Options, input: Shape): Shape {
  const { whole, grid } = wholeOf(options, input);
  return { ...emitsDense(whole, input), grid };
}

/** As many as the dense layer's for each input of each field. */
export function cost(options: Options, input: Shape, index: number): number {
  const { columns } = fieldsOver(options, input, labelsOf(input, index));
  return columns.reduce(
    (sum, { length }) => sum + costOfDense(options, { ...input, width: length }, index),
    0,
  );
}

export function create(options: Options, context: LayerContext): Promise<Layer> {
  const labels = labelsOf(context.input, context.index);
  const fields = fieldsOver(options, context.input, labels);
  const own = fieldAffine(context, fields, options.units, labels);
  return createDense(wholeOf(options, context.input).whole, context, own) as Promise<Layer>;
}
