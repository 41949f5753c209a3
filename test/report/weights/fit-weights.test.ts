import { describe, expect, test } from 'vitest';
import type { Parameter } from '../../../src/core/trace.ts';
import { fitWeights, originText } from '../../../src/report/weights/fit-weights.ts';

/** An array whose numbers count up from `first`. */
const counting = (name: string, shape: readonly number[], first = 0): Parameter => ({
  name,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first + i),
});
const file = (parameters: readonly Parameter[], metadata: Record<string, string> = {}) => ({
  ...{ path: 'w.safetensors', parameters, metadata },
});
/** A linear module of PyTorch: [out × in] and [out]. */
const linear = (prefix: string, units: number, inputs: number, first = 0): Parameter[] => [
  counting(`${prefix}.bias`, [units], first),
  counting(`${prefix}.weight`, [units, inputs], first),
];
const layer = (name: string, inputs: number, units: number) => [
  { name: `${name}.weight`, shape: [inputs, units] },
  { name: `${name}.bias`, shape: [units] },
];
const needed = [...layer('layer0', 4, 3), ...layer('layer1', 3, 3), ...layer('layer2', 3, 2)];

describe('our own names', () => {
  const own = needed.map(({ name, shape }) => counting(name, shape));

  test('are taken as they are', () => {
    const fit = fitWeights(file(own.toReversed()), needed);
    expect(fit).toMatchObject({ layout: 'forwardflow', unused: [] });
    expect(fit.weights).toEqual(own);
    expect(fit.origins.every(({ transposed }) => !transposed)).toBe(true);
  });

  test('that the network does not need are told', () => {
    expect(fitWeights(file(own), layer('layer0', 4, 3)).unused).toEqual(own.slice(2).map(({ name }) => name));
  });

  test.each(needed.map(({ name }) => name))('are refused without %s', (name) => {
    const lacking = own.filter((one) => one.name !== name);
    expect(() => fitWeights(file(lacking), needed)).toThrow(
      new RegExp(`^weights file w.safetensors must be one that holds ${name} \\[[\\d× ]+\\]; got 'layer`),
    );
  });

  test('are refused with another shape, which is told', () => {
    const wide = own.map((one) => (one.name === 'layer1.weight' ? counting(one.name, [3, 4]) : one));
    expect(() => fitWeights(file(wide), needed)).toThrow(
      /must be one that holds layer1\.weight \[3 × 3\]; got '.*layer1\.weight \[3 × 4\]/,
    );
  });
});

describe('the names of nn.Linear', () => {
  const named: readonly [string, readonly string[]][] = [
    ['a module with fields', ['fc1', 'fc2', 'fc3']],
    ['a Sequential', ['0', '2', '4']],
    ['a Sequential in a module', ['net.0', 'net.2', 'net.4']],
    ['ten layers and more, whose order is not that of the alphabet', ['fc2', 'fc10', 'fc11']],
    ['layers counted from 1', ['layer1', 'layer2', 'layer3']],
    ['layers counted as ours', ['layer0', 'layer1', 'layer2']],
    ['a module wrapped by DataParallel', ['module.fc1', 'module.fc2', 'module.fc3']],
  ];

  test.each(named)('of %s are found in the order of the layers, and turned', (_, [a, b, c]) => {
    const arrays = [...linear(c, 2, 3, 300), ...linear(a, 3, 4, 100), ...linear(b, 3, 3, 200)];
    const { layout, weights, origins, unused } = fitWeights(file(arrays), needed);
    expect([layout, unused]).toEqual(['pytorch', []]);
    expect(weights.map(({ name, shape }) => ({ name, shape }))).toEqual(needed);
    // W[in][out] is the file's [out][in]: 100 + out · inputs + in
    expect([...weights[0].data]).toEqual([100, 104, 108, 101, 105, 109, 102, 106, 110, 103, 107, 111]);
    expect([...weights[1].data]).toEqual([100, 101, 102]);
    expect([...weights[2].data]).toEqual([200, 203, 206, 201, 204, 207, 202, 205, 208]);
    expect([...weights[5].data]).toEqual([300, 301]);
    expect(origins.map(originText)).toContain(`${a}.weight [3 × 4], transposed → layer0.weight`);
  });

  test('tell square layers by the mark that PyTorch tools leave, where shapes tell nothing', () => {
    const square = layer('layer0', 2, 2);
    const arrays = linear('layer0', 2, 2);
    const own = fitWeights(file(arrays), square);
    const theirs = fitWeights(file(arrays, { format: 'pt' }), square);
    expect([own.layout, theirs.layout]).toEqual(['forwardflow', 'pytorch']);
    expect([...theirs.weights[0].data]).toEqual([0, 2, 1, 3]);
  });

  test('and those of projections fill a Mono-Forward network', () => {
    const mono = [
      ...layer('layer0', 4, 3),
      ...layer('layer0.projection', 3, 2),
      ...layer('layer1', 3, 3),
      ...layer('layer1.projection', 3, 2),
    ];
    const arrays = [
      ...linear('body.0', 3, 4),
      ...linear('body.1', 3, 3),
      ...linear('head.0', 2, 3, 50),
      ...linear('head.1', 2, 3, 60),
    ];
    const { origins } = fitWeights(file(arrays), mono);
    expect(origins.filter(({ transposed }) => transposed).map(({ from, to }) => [from, to])).toEqual([
      ['body.0.weight', 'layer0.weight'],
      ['head.0.weight', 'layer0.projection.weight'],
      ['body.1.weight', 'layer1.weight'],
      ['head.1.weight', 'layer1.projection.weight'],
    ]);
  });

  const whole = [...linear('fc1', 3, 4), ...linear('fc2', 3, 3), ...linear('fc3', 2, 3)];

  test.each(whole.map(({ name }) => name))('are refused without %s: nothing is made up', (name) => {
    expect(() => fitWeights(file(whole.filter((one) => one.name !== name)), needed)).toThrow(
      /^weights file w\.safetensors must be one that holds layer\d\.weight .*, as a PyTorch Linear a weight \[.*\], a bias \[.*\]; got '/,
    );
  });

  test('are refused where modules of one shape have names without an order', () => {
    const arrays = [
      ...linear('fc1', 3, 4),
      ...linear('one', 3, 3),
      ...linear('two', 3, 3),
      ...linear('out', 2, 3),
    ];
    const two = [...layer('layer0', 4, 3), ...layer('layer1', 3, 3), ...layer('layer2', 3, 3)];
    expect(() => fitWeights(file(arrays), two)).toThrow(
      "modules of shape [3 × 3] in weights file w.safetensors must be named with numbers that tell their order, such as fc2 and fc3; got 'one, two'",
    );
  });

  test('are no place for arrays that are no linear map', () => {
    const odd = [...layer('layer0', 4, 3), { name: 'layer0.gain', shape: [3] }];
    expect(() => fitWeights(file(linear('fc1', 3, 4)), odd)).toThrow(/linear maps; got 'layer0\.gain \[3\]'/);
  });
});

test('an empty file has no array, and says so', () => {
  expect(() => fitWeights(file([]), needed)).toThrow(/got 'no array'$/);
});
