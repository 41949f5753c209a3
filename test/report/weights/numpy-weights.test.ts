import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { npyBytes } from '../../../src/report/exports/parts/npy-bytes.ts';
import { fitWeights, readWeights } from '../../../src/report.ts';

const kept = fileURLToPath(new URL('../../../fixtures/readers/numpy', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'numpy-weights-'));
const array = (...shape: number[]) =>
  npyBytes(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i),
  );
const needed = [
  { name: 'layer0.weight', shape: [6, 4] },
  { name: 'layer0.bias', shape: [4] },
  { name: 'layer1.weight', shape: [4, 3] },
  { name: 'layer1.bias', shape: [3] },
];

test.each(['plain.npz', 'packed.npz', 'folder'])(
  'a state dict that NumPy saved as %s fits as linears, transposed, from 16, 32 and 64 bits and either order',
  async (name) => {
    const { layout, weights, origins, unused } = fitWeights(await readWeights(join(kept, name)), needed);
    expect([layout, unused]).toEqual(['pytorch', []]);
    expect(weights.map(({ name: array, shape }) => ({ name: array, shape }))).toEqual(needed);
    expect(origins[0]).toEqual({ from: '0.weight', to: 'layer0.weight', shape: [4, 6], transposed: true });
    // as PyTorch printed them: fixtures/readers/weights.py
    const [w0, , w1, b1] = weights.map(({ data }) => [...data]);
    expect(w0.filter((_, i) => i % 4 === 0)).toEqual([
      0.21035532653331757, -0.18019191920757294, -0.07914362102746964, 0.19161906838417053,
      -0.3843400180339813, 0.2448335587978363,
    ]);
    expect([w1[0], w1[3], w1[6], w1[9]]).toEqual([
      -0.48877543210983276, 0.3099602460861206, 0.13968193531036377, 0.4742777347564697,
    ]);
    expect(b1).toEqual([0.5, -0.25, 2]);
  },
);

test('an export of ours is taken by its names, square matrices too, as names.json says whose it is', async () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  for (const [name, shape] of Object.entries({ 'layer0.weight': [3, 3], 'layer0.bias': [3] }))
    writeFileSync(join(own, `${name}.npy`), array(...shape));
  writeFileSync(join(own, 'names.json'), '{"rule":"ff"}');
  const square = [
    { name: 'layer0.weight', shape: [3, 3] },
    { name: 'layer0.bias', shape: [3] },
  ];
  const { layout, weights } = fitWeights(await readWeights(own), square);
  expect(layout).toBe('forwardflow');
  expect([...weights[0].data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

const damaged = array(2, 2).subarray(0, -4);
const whole = Buffer.from(
  npyBytes([2], new Float32Array(2)).toString('latin1').replace("'<f4'", "'<i4'"),
  'latin1',
);
test.each([
  ['no arrays', { 'readme.txt': Buffer.from('x') }, 'must be an archive of .npy arrays; got readme.txt'],
  ['whole numbers', { 'a.npy': whole }, 'must be an array of float16, float32, float64; got '],
  [
    'a short array',
    { 'a.npy': damaged },
    'must hold 2 × 2 values of 4 bytes behind its header; got 12 bytes',
  ],
  ['no array inside', { 'a.npy': Buffer.from('hello') }, 'must begin as an .npy file does; got other bytes'],
])('an archive with %s is refused in one sentence with its name', async (name, files, rule) => {
  const path = join(folder, `${name}.npz`);
  writeFileSync(path, zipSync(files));
  const error = await readWeights(path).catch((reason: Error) => reason);
  expect((error as Error).message).toContain(path);
  expect((error as Error).message).toContain(rule);
  expect((error as Error).message.split('\n')).toHaveLength(1);
});

test('what an archive lacks is said as of a safetensors file', async () => {
  const path = join(folder, 'lacking.npz');
  writeFileSync(path, zipSync({ 'fc.weight.npy': array(4, 6) }));
  const file = await readWeights(path);
  expect(() => fitWeights(file, needed)).toThrow(
    `weights file ${path} must be one that holds layer0.weight [6 × 4], layer0.bias [4], as a PyTorch Linear a weight [4 × 6], a bias [4]; got 'fc.weight [4 × 6]'`,
  );
});
