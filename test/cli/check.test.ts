import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { forwardflow } from './forwardflow.ts';

const folder = mkdtempSync(join(fileURLToPath(new URL('../../', import.meta.url)), 'test/check-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A member's file: its factory's plan, and `create`. */
const member = (
  name: string,
  create: string,
  imports = '',
  plan = 'plan(import.meta.url, "faulty", options)',
) => {
  const path = join(folder, `${name}.ts`);
  const code = [
    `import { plan } from 'forwardflow/extend';`,
    imports,
    `export default (options = {}) => (${plan});`,
    create,
  ];
  writeFileSync(path, code.join('\n'));
  return path;
};
const checked = async (...args: string[]) => {
  const { code, stdout, stderr } = await forwardflow(['check', ...args, '--json']);
  if (stdout === '') return { code, stderr };
  const { family, rules, broken } = JSON.parse(stdout);
  const names = rules
    .filter(({ holds }: { holds: boolean }) => !holds)
    .map(({ name }: { name: string }) => name);
  expect(names).toHaveLength(broken);
  return { code, family, broken: names, seen: JSON.stringify(rules) };
};

test('a sampler that returns the true label breaks the rule of that name', async () => {
  const path = member(
    'sampler',
    `export const create = () => ({ name: 'faulty', needsOpinion: false,
       draw(truth, rows, classes, opinion, random, into) {
         for (let r = 0; r < rows; r++) into[r] = random.whole(classes);
       } });`,
  );
  const { code, family, broken, seen } = await checked(path);
  expect([code, family]).toEqual([1, 'negatives']);
  expect(broken).toContain('never the true label');
  expect(seen).toMatch(/was given its true label, \d/);
});

test('a layer that writes outside its output breaks the rule of that name, and no other', async () => {
  const path = member(
    'layer',
    `export { emits, cost } from '../../src/layers/forward-forward.ts';
     export const create = async ({ inner }, context) => {
       const layer = await make(inner, context);
       return { ...layer, get macs() { return layer.macs; },
         forward(input, output, memory) {
           const loss = layer.forward(input, output, memory);
           if (output) new Float32Array(output.activity.buffer, output.activity.byteOffset, output.activity.length + 1).fill(0, -1);
           return loss;
         } };
     };`,
    `import { make } from 'forwardflow/extend';\nimport { forwardForward } from 'forwardflow';\nconst inner = forwardForward({ units: 6 });`,
    '{ ...inner, ...plan(import.meta.url, "faulty"), options: { ...inner.options, inner } }',
  );
  expect(await checked(path)).toMatchObject({
    code: 1,
    family: 'layer',
    broken: ['writes inside its output'],
  });
});

test('a schedule that stands still breaks the rule of that name, be it a policy or an order', async () => {
  const policy = member(
    'policy',
    `export const create = () => ({ name: 'faulty', serves: ['locally'], inFlight: Infinity, returnsInputAfter: 'W',
       sendsGradientAfter: 'B', updates: 'microbatch', next: ({ U, W }) => (U !== undefined ? 'U' : W !== undefined ? 'W' : undefined) });`,
  );
  expect(await checked(policy)).toMatchObject({
    code: 1,
    family: 'schedule',
    broken: ['never stands still'],
  });
  const order = member(
    'order',
    `export const create = () => ({ ...backpropOrder, name: 'faulty', sendsGradientAfter: 'W', updates: 'flush',
       *order({ device, devices, microbatches }) {
         for (let i = 0; i < microbatches; i++) yield step(device < devices - 1 ? 'B' : 'F');
         for (let i = 0; i < microbatches; i++) yield* [step(device < devices - 1 ? 'F' : 'B'), step('W')];
         yield step('U');
       } });`,
    `import { backpropOrder, step } from 'forwardflow/extend';`,
  );
  const { broken, seen } = await checked(order);
  expect(broken).toContain('comes to an end');
  expect(seen).toContain('waits for ever at step 0, B of chunk 0');
});

test('a tile whose noise follows from what else its thread makes breaks the rule of its stream', async () => {
  const path = member(
    'tile',
    `export const create = async ({ noise = 0.1 }, ground) => {
       const exact = await make(digital(), ground);
       let tiles = 0;
       return { name: 'faulty', description: 'noisy', tile(context) {
         const inner = exact.tile(context);
         const own = random(1).fork('tile ' + tiles++);
         return { ...inner, get macs() { return inner.macs; }, read(x, z) {
           inner.read(x, z);
           for (let i = 0; i < z.rows * z.columns; i++) z.data[i] += noise * own.normal();
         } };
       } };
     };`,
    `import { make, random } from 'forwardflow/extend';\nimport { digital } from 'forwardflow';`,
  );
  const { code, family, broken } = await checked(path);
  expect([code, family]).toEqual([1, 'tile']);
  expect(broken).toContain('its stream is its own');
  expect(await checked(`${path}:noise=0`)).toMatchObject({ code: 0, broken: [] });
});

test('what keeps every rule is told in a line; what is of no family or cannot be checked as asked is refused', async () => {
  const { code, stdout } = await forwardflow(['check', './test/package/outside/schedule.ts']);
  expect([code, stdout]).toEqual([0, "a schedule, 'one-by-one': 8 rules hold\n"]);
  const nothing = member('nothing', 'export const create = () => ({});');
  expect((await checked(nothing)).stderr).toMatch(
    /must be of one family, or --family given: .*; got one of none\n$/,
  );
  expect((await checked(nothing, '--family', 'tiel')).stderr).toContain("got 'tiel' (did you mean 'tile'?)");
  const asked = await checked(nothing, '--family', 'loss');
  expect(asked).toMatchObject({ code: 1, family: 'loss' });
  const closure = member(
    'closure',
    'export const create = () => ({ slopes() {}, alpha: 1 });',
    '',
    'plan(import.meta.url, "faulty", { f: () => 1 })',
  );
  expect(await checked(closure, '--family', 'loss')).toMatchObject({
    code: 1,
    broken: ['crosses as plain data'],
  });
});
