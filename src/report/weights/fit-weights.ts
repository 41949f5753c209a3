import { must } from '../../core/check.ts';
import type { Parameter } from '../../core/trace.ts';
import { fitLinears } from './fit-linears.ts';
import { listOf, type NamedShape, sameShape, shapeText } from './named-shape.ts';
import type { WeightsFile, WeightsFit, WeightsOrigin } from './weights-file.ts';

/**
 * Finds the weights of a network in a file: by our names, or those of `nn.Linear` modules in a PyTorch state dict, whose
 * matrices are transposed. Nothing is made up: a file that lacks an array is refused.
 *
 * @param needed  names and shapes of the network's arrays, in the order of its layers
 * @throws {RangeError} one sentence that says what is needed and what the file has
 */
export function fitWeights(file: WeightsFile, needed: readonly NamedShape[]): WeightsFit {
  return isOurs(file, needed) ? fitNames(file, needed) : fitLinears(file, needed);
}

/** The sentence of each array's origin, for people. */
export function originText({ from, to, shape, transposed }: WeightsOrigin): string {
  return `${from} ${shapeText(shape)}${transposed ? ', transposed' : ''} → ${to}`;
}

/** Square matrices alone tell nothing: then the file's `format` does, which PyTorch tools set to `pt`. */
function isOurs({ parameters, metadata }: WeightsFile, needed: readonly NamedShape[]): boolean {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const matrices = needed.filter(({ name, shape }) => shape.length === 2 && shapes.has(name));
  if (matrices.length === 0) return needed.some(({ name }) => shapes.has(name));
  const count = (turn: (shape: readonly number[]) => readonly number[]): number =>
    matrices.filter(({ name, shape }) => sameShape(shapes.get(name), turn(shape))).length;
  const straight = count((shape) => shape);
  const turned = count((shape) => shape.toReversed());
  return straight === turned ? metadata.format !== 'pt' : straight > turned;
}

function fitNames({ path, parameters }: WeightsFile, needed: readonly NamedShape[]): WeightsFit {
  const found = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const lacking = needed.filter(({ name, shape }) => !sameShape(found.get(name)?.shape, shape));
  must(
    lacking.length === 0,
    `weights file ${path}`,
    `one that holds ${listOf(lacking)}`,
    `${listOf(parameters)}`,
  );
  const weights = needed.map(({ name }) => found.get(name) as Parameter);
  const names = new Set(needed.map(({ name }) => name));
  return {
    layout: 'forwardflow',
    weights,
    origins: weights.map(({ name, shape }) => ({ from: name, to: name, shape, transposed: false })),
    unused: parameters.map(({ name }) => name).filter((name) => !names.has(name)),
  };
}
