import { must, printableLine } from '../../core/check.ts';
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
  return `${printableLine(from)} ${shapeText(shape)}${transposed ? ', transposed' : ''} → ${to}`;
}

/**
 * Whether a file has our names and orientation. We write the rule into the file. Without it shapes tell; where they tell nothing, as
 * of square matrices, the file's `format` does, which PyTorch tools set to `pt`, and whether layers are counted from 0.
 */
function isOurs({ parameters, metadata }: WeightsFile, needed: readonly NamedShape[]): boolean {
  if (metadata.rule !== undefined) return true;
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const matrices = needed.filter(({ shape }) => shape.length === 2);
  const count = (turn: (shape: readonly number[]) => readonly number[]): number =>
    matrices.filter(({ name, shape }) => sameShape(shapes.get(name), turn(shape))).length;
  const straight = count((shape) => shape);
  const turned = count((shape) => shape.toReversed());
  if (straight !== turned) return straight > turned;
  return metadata.format !== 'pt' && needed.length > 0 && shapes.has(needed[0].name);
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
