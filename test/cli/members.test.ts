import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { memberList, memberSpec } from '../../src/cli/members/member-spec.ts';
import { sweepGrid } from '../../src/cli/sweeping/sweep-grid.ts';
import { fixture, forwardflow } from './forwardflow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/members.md'), 'utf8');
// the files of the page, where this repository stands for the installed package
const folder = mkdtempSync(join(root, 'test/members-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [, name, code] of page.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g))
  writeFileSync(join(folder, name), code);
const runs = join(folder, 'runs');
const small = [
  '--data',
  fixture,
  '--microbatch',
  '50',
  '--products',
  'plain',
  '--limit',
  '200',
  '--runs',
  runs,
];
const inFolder = (args: readonly string[]) =>
  args.map((one) => one.replace(/^\.\/(?=[\w-]+\.ts)/, `${folder}/`));
const fileOf = (name: string, code: string): string => {
  writeFileSync(join(folder, name), code);
  return join(folder, name);
};

/** The commands of the page, in their order. */
const commands = [...page.matchAll(/^ {4}forwardflow (.*)$/gm)].map(([, line]) => line.split(' '));
/** What it says that they print: the indented lines that follow a "prints". */
const printed = [...page.matchAll(/prints(?:, with exit code 1,)?\n\n((?: {4}.*\n)+)/g)].map(([, text]) =>
  text.replace(/^ {4}/gm, ''),
);

describe('docs/members.md', () => {
  test('has its files and commands', () => {
    expect(readdirSync(folder).sort()).toEqual(['frozen.ts', 'next-label.ts']);
    expect(commands.map(([name]) => name)).toEqual(['check', 'check', 'train', 'check', 'train', 'train']);
  });

  test('prints what it says of each check', async () => {
    const checks = commands.filter(([name]) => name === 'check');
    for (const [i, args] of checks.entries()) {
      const { stdout, stderr, code } = await forwardflow(inFolder(args));
      expect([stdout, stderr, code]).toEqual([printed[i], '', i === 1 ? 1 : 0]);
    }
  });

  test('trains by what it wrote, on threads, and predicts and resumes by the path that was stored', async () => {
    const [first, second] = commands.filter(([name]) => name === 'train');
    const ended = await forwardflow([...inFolder(first), ...small, '--json']);
    expect(ended).toMatchObject({ code: 0 });
    const { stdout } = await forwardflow([...inFolder(second), ...small, '--json']);
    const { runFolder, runs: trained } = JSON.parse(stdout);
    expect(trained[0]).toMatchObject({ rule: 'frozen', layers: [20, 20], runtime: 'workers' });
    const config = JSON.parse(readFileSync(join(runFolder, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ rule: `${folder}/frozen.ts:units=20,updates=5`, layers: [20, 20] });
    const predicted = JSON.parse(
      (await forwardflow(['predict', runFolder, '--runtime', 'inline', '--json'])).stdout,
    );
    expect(predicted.runs[0]).toMatchObject({ rule: 'frozen', testAccuracy: trained[0].testAccuracy });
    const resumed = await forwardflow(['train', '--resume', runFolder, '--runs', runs, '--json']);
    expect(JSON.parse(resumed.stdout).runs[0].weightsHash).toBe(trained[0].weightsHash);
  });
});

describe('a member by its path', () => {
  test('has options that are numbers, booleans and text, and is stored from the root', () => {
    const { options, path, name } = memberSpec(
      'rule',
      './a/mine.ts:units=300, soft=true,mode=very fast,x=-1e-3',
    );
    expect(options).toEqual({ units: 300, soft: true, mode: 'very fast', x: -1e-3 });
    expect([path, name]).toEqual([
      join(process.cwd(), 'a/mine.ts'),
      `${process.cwd()}/a/mine.ts:units=300, soft=true,mode=very fast,x=-1e-3`,
    ]);
    expect(memberSpec('rule', '/a:b=1/mine.js').options).toEqual({});
    const rule = 'must have options as name=value, with commas between; got';
    for (const [text, got] of [
      ['units', 'units'],
      ['=3', '=3'],
      ['a=1,', ''],
      ['a=', 'a='],
      ['__proto__=1', '__proto__=1'],
    ])
      expect(() => memberSpec('rule', `./mine.ts:${text}`)).toThrow(`rule ./mine.ts ${rule} '${got}'`);
    expect(() => memberSpec('loss', './m.ts:a=1,a=2')).toThrow("must have each option once; got 'a' twice");
  });

  const refused = async (args: readonly string[], sentence: RegExp | string) => {
    const { code, stdout, stderr } = await forwardflow([...inFolder(['train', ...args]), ...small]);
    expect(stderr).toMatch(sentence);
    expect([code, stdout, stderr.split('\n').length]).toEqual([1, '', 2]);
  };

  test('of another family, or of none, is refused by its setting, file and family', async () => {
    await refused(
      ['--loss', './next-label.ts'],
      /^forwardflow: loss .*next-label.ts must be a loss, with slopes\(\) and alpha; got 'a sampler of negatives'$/m,
    );
    await refused(['--rule', './next-label.ts'], / must be a layer, with .*; got 'a sampler of negatives'/);
    const nothing = fileOf(
      'nothing.ts',
      'export default () => ({ module: import.meta.url, name: "x", options: {} });',
    );
    await refused(['--tile', nothing], /module of plan 'x' must export create/);
    const throws = fileOf(
      'throws.ts',
      'export default () => { throw new Error("no units"); };\nexport const create = () => ({});',
    );
    await refused(['--optimiser', throws], /optimiser .*throws.ts must give a plan for {}; got no units/);
    await refused(
      ['--negatives', './none.ts'],
      /negatives .*none.ts must be a module that can be loaded; got /,
    );
  });

  test('may be a goodness, and one of the rules that are compared', async () => {
    const half = fileOf(
      'half.ts',
      `import { plan } from 'forwardflow/extend';
       export default ({ share = 0.5 } = {}) => plan(import.meta.url, 'share of squares', { share });
       export const create = ({ share }) => ({ name: 'share', weight: (units) => share / units });`,
    );
    const hashOf = async (goodness: string) => {
      const args = ['train', '--goodness', goodness, '--layers', '8', '--runtime', 'inline', '--epochs', '1'];
      const { stdout, stderr } = await forwardflow([...args, ...small, '--json']);
      expect(stderr).not.toContain('forwardflow: ');
      return JSON.parse(stdout).runs[0].weightsHash;
    };
    const hashes = [await hashOf('mean'), await hashOf(`${half}:share=1`), await hashOf(half)];
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
    const rules = ['--rules', `ff,${folder}/frozen.ts:updates=5`, '--layers', '8', '--runtime', 'inline'];
    const { stdout, code } = await forwardflow(['compare', ...rules, ...small, '--epochs', '1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).runs.map(({ rule }: { rule: string }) => rule)).toEqual(['ff', 'frozen']);
  });

  test('stands in a list with its options, whose commas are its own', () => {
    expect(memberList('ff,./mine.ts:units=300, soft=true ,./b.ts,gpipe')).toEqual([
      'ff',
      './mine.ts:units=300, soft=true',
      './b.ts',
      'gpipe',
    ]);
    const { points } = sweepGrid({ vary: [`schedule=gpipe,./none.ts:a=1,b=2`] });
    expect(points.map(({ schedule }) => schedule)).toEqual(['gpipe', './none.ts:a=1,b=2']);
  });

  test('refuses settings that mean nothing beside it', async () => {
    const optimiser = fileOf(
      'plain-sgd.ts',
      `export { default } from './plain-sgd-factory.ts';
       export const create = () => ({ name: 'plain', rate: () => 1, stepper: () => ({ step() {}, state: () => ({}), restore() {} }) });`,
    );
    fileOf(
      'plain-sgd-factory.ts',
      `export default () => ({ module: new URL('./plain-sgd.ts', import.meta.url).href, name: 'plain', options: {} });`,
    );
    await refused(
      ['--optimiser', optimiser, '--momentum', '0.5'],
      /momentum must be left out with optimiser '.*plain-sgd.ts', whose options stand behind its path; got 0.5/,
    );
    await refused(
      ['--momentum', '0.5'],
      /^forwardflow: momentum must be left out with optimiser 'adam'; got 0.5$/m,
    );
    await refused(['--theta', '2'], /^forwardflow: theta must be left out with loss 'symba'; got 2$/m);
    await refused(
      ['--rule', './frozen.ts', '--loss', 'swish'],
      /loss must be left out with rule .*frozen.ts; got 'swish'/,
    );
    await refused(
      ['--rule', './frozen.ts:units=5', '--layers', '4,4'],
      /layers must be left out where units stand behind the path of a rule; got '4,4'/,
    );
  });

  test('is found from a folder of no package, which has no forwardflow beside it', async () => {
    const loose = mkdtempSync(join(tmpdir(), 'forwardflow-loose-'));
    mkdirSync(join(loose, 'deep'));
    const path = join(loose, 'deep/own.ts');
    writeFileSync(path, readFileSync(join(folder, 'next-label.ts')));
    const args = [
      'train',
      '--negatives',
      path,
      '--layers',
      '20,20',
      '--epochs',
      '1',
      '--workers',
      '2',
      ...small,
      '--json',
    ];
    const { code, stdout, stderr } = await forwardflow(args);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('forwardflow: ')]);
    expect(JSON.parse(stdout).runs[0].workers).toBe(2);
    rmSync(loose, { recursive: true });
  });
});
