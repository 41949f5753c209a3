import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as extend from '../../src/extend.ts';
import * as everyday from '../../src/index.ts';
import * as report from '../../src/report.ts';
import * as simulation from '../../src/simulation.ts';
import { entries } from '../architecture/table.ts';

const { exports: paths, typesVersions } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { exports: Record<string, { types: string; default: string }>; typesVersions: object };

test('forwardflow itself has what everyday work needs: these names and no others', () => {
  expect(Object.keys(everyday).sort()).toEqual(
    [
      ['mnist', 'fashionMnist', 'idxFolder', 'namedData', 'dataset', 'firstOf', 'slice', 'endless'],
      ['labelOverlay', 'pixels', 'translate'],
      ['forwardForward', 'monoForward', 'backprop', 'crossEntropyHead', 'softmaxReadout'],
      ['hardLabel', 'laggedLabel', 'wrongLabel'],
      ['meanSquares', 'sumSquares', 'symba', 'swish', 'logistic', 'adam', 'sgd', 'namedProducts', 'digital'],
      ['stream', 'blocking', 'gpipe', 'oneFOneB', 'interleaved', 'pipedream', 'zbH1', 'zbH2', 'zbV'],
      ['run', 'inline', 'workers', 'virtual', 'StageError'],
      ['measure', 'throughput', 'latency', 'utilisation', 'cost', 'memory', 'losses', 'progress', 'weights'],
      ['testAccuracy', 'heldOutAccuracy', 'runningAccuracy'],
    ]
      .flat()
      .sort(),
  );
});

test('a value has one home: only schedules, make and the clock stand in two', () => {
  const homes = new Map<string, string[]>();
  for (const [path, names] of Object.entries({ everyday, simulation, report, extend }))
    for (const name of Object.keys(names)) homes.set(name, [...(homes.get(name) ?? []), path]);
  const several = [...homes].filter(([, paths]) => paths.length > 1).map(([name]) => name);
  const schedules = [
    'stream',
    'blocking',
    'gpipe',
    'oneFOneB',
    'interleaved',
    'pipedream',
    'zbH1',
    'zbH2',
    'zbV',
  ];
  expect(several.sort()).toEqual([...schedules, 'make', 'wallNanoseconds'].sort());
});

test('each entry file is a sub-path of the package, with its types, for old resolvers too', () => {
  const names = entries.map((path) => path.replace(/^src\/(.*)\.ts$/, '$1'));
  const expected = Object.fromEntries(
    names.map((name) => [
      name === 'index' ? '.' : `./${name}`,
      { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
    ]),
  );
  const files = { './schema.json': './dist/schema.json', './package.json': './package.json' };
  expect(paths).toEqual({ ...expected, ...files });
  const below = names.filter((name) => name !== 'index');
  expect(typesVersions).toEqual({
    '*': Object.fromEntries(below.map((name) => [name, [`./dist/${name}.d.ts`]])),
  });
});
