import { must, printableLine } from '../../core/check.ts';
import type { Parameter } from '../../core/trace.ts';
import { listOf, type NamedShape, sameShape, shapeText } from './named-shape.ts';
import type { WeightsFile, WeightsFit, WeightsOrigin } from './weights-file.ts';

/** An `nn.Linear` of a state dict: y = x·Wᵀ + b. */
interface Linear {
  /** `fc1`, `net.2`, or empty where the state dict is that of the module itself */
  readonly prefix: string;
  /** [out × in] */
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
}

const numeric = new Intl.Collator('en', { numeric: true });

/**
 * Takes the linear modules of a PyTorch state dict for the affine maps of a network, in the order of the layers. Of modules
 * with the same shape the numbers in their names say the order, for a safetensors file keeps none.
 *
 * @throws {RangeError} one sentence that says what is needed and what the file has
 */
export function fitLinears(file: WeightsFile, needed: readonly NamedShape[]): WeightsFit {
  const { path, parameters } = file;
  const linears = linearsOf(parameters);
  const wanted = wantedOf(needed);
  const weights: Parameter[] = [];
  const origins: WeightsOrigin[] = [];
  const free = new Set(linears);
  for (const { weight, bias } of wanted) {
    const [inputs, units] = weight.shape;
    const fits = linears.filter((one) => sameShape(one.weight.shape, [units, inputs]));
    const linear = fits.find((one) => free.has(one));
    const complete = linear?.bias !== undefined && sameShape(linear.bias.shape, [units]);
    const asLinear = [
      { name: 'a weight', shape: [units, inputs] },
      { name: 'a bias', shape: [units] },
    ];
    must(
      linear !== undefined && complete,
      `weights file ${path}`,
      `one that holds ${listOf([weight, bias])}, as a PyTorch Linear ${listOf(asLinear)}`,
      listOf(parameters),
    );
    mustBeNumbered(fits, path);
    free.delete(linear);
    weights.push({ name: weight.name, shape: weight.shape, data: transposed(linear.weight) });
    weights.push({ name: bias.name, shape: bias.shape, data: (linear.bias as Parameter).data });
    origins.push(originOf(linear.weight, weight.name, true));
    origins.push(originOf(linear.bias as Parameter, bias.name, false));
  }
  const used = new Set(origins.map(({ from }) => from));
  const unused = parameters.map(({ name }) => name).filter((name) => !used.has(name));
  return { layout: 'pytorch', weights, origins, unused };
}

/** In the order of their names, numbers by their value. */
function linearsOf(parameters: readonly Parameter[]): Linear[] {
  const named = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return parameters
    .filter(({ name, shape }) => /(^|\.)weight$/.test(name) && shape.length === 2)
    .map((weight) => ({
      prefix: weight.name.replace(/\.?weight$/, ''),
      weight,
      bias: named.get(weight.name.replace(/weight$/, 'bias')),
    }))
    .sort((a, b) => numeric.compare(a.prefix, b.prefix));
}

/** @throws {RangeError} where the network has arrays that are no weight with its bias */
function wantedOf(needed: readonly NamedShape[]) {
  const named = new Map(needed.map((one) => [one.name, one]));
  const wanted = needed.flatMap((weight) => {
    const bias = named.get(weight.name.replace(/\.weight$/, '.bias'));
    return weight.shape.length === 2 && bias !== undefined && bias !== weight ? [{ weight, bias }] : [];
  });
  const known = new Set(wanted.flatMap(({ weight, bias }) => [weight, bias]));
  const strange = needed.filter((one) => !known.has(one));
  must(strange.length === 0, 'layers that start from PyTorch weights', 'linear maps', listOf(strange));
  return wanted;
}

/** Names that differ in more than their numbers tell no order. */
function mustBeNumbered(linears: readonly Linear[], path: string): void {
  const forms = new Set(linears.map(({ prefix }) => prefix.replace(/\d+/g, '#')));
  must(
    forms.size <= 1,
    `modules of shape ${shapeText(linears[0].weight.shape)} in weights file ${path}`,
    'named with numbers that tell their order, such as fc2 and fc3',
    linears.map(({ prefix }) => printableLine(prefix)).join(', '),
  );
}

function originOf({ name, shape }: Parameter, to: string, isTransposed: boolean): WeightsOrigin {
  return { from: name, to, shape, transposed: isTransposed };
}

/** [out × in] becomes [in × out]. */
function transposed({ shape: [rows, columns], data }: Parameter): Float32Array {
  const turned = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) turned[c * rows + r] = data[r * columns + c];
  return turned;
}
