import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namedStudies } from '../../sims/studies.ts';
import { nearest, nearestPath } from '../../src/extend.ts';
import { fixture, forwardflow } from './forwardflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwardflow-names-'));
const file = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
};
const runs = join(folder, 'runs');
mkdirSync(join(runs, '2026-01-01-train'), { recursive: true });
file('runs/2026-01-01-train/config.json', { name: 'standard', rule: 'ff', layers: [30] });

const analog = ['train', '--data', fixture, '--layers', '30', '--tile', 'crossbar'];
const stress = ['stress', '--source', 'sea', '--rate', '100/s', '--count', '10', '--runtime', 'inline'];
const swept = ['sweep', '--out', join(folder, 'rows')];
const plan = (...faults: object[]): string[] => ['--faults', file('faults.json', faults)];
const cluster = { nodes: 1, devices: 4, inside: '2us@300GB/s' };

/** A command line with one name misspelt, and what its error names: the field, the value, the nearest name. */
const cases: readonly (readonly [args: readonly string[], field: string, got: string, near: string])[] = [
  // commands, flags, config files
  [['tarin'], 'unknown command', 'tarin', 'train'],
  [['train', '--epoch', '3'], 'unknown option', '--epoch', '--epochs'],
  [['train', '--config', file('1.json', { epoch: 3 })], 'config file', 'epoch', 'epochs'],
  [['stress', '--config', file('2.json', { labelDelays: 3 })], 'config file', 'labelDelays', 'labelDelay'],
  [['train', '--recipe', 'standart'], 'recipe', 'standart', 'standard'],
  // settings of training
  [['train', '--rule', 'mono-forwrd'], 'rule', 'mono-forwrd', 'mono-forward'],
  [['compare', '--rules', 'ff,backporp'], 'rules', 'backporp', 'backprop'],
  [['train', '--negatives', 'lagged-reedout'], 'negatives', 'lagged-reedout', 'lagged-readout'],
  [['train', '--select', 'abov:0.2'], 'select', 'abov:0.2', 'above'],
  [['train', '--goodness', 'maen'], 'goodness', 'maen', 'mean'],
  [['train', '--schedule', '1f1p'], 'schedule', '1f1p', '1f1b'],
  [['train', '--runtime', 'virtal'], 'runtime', 'virtal', 'virtual'],
  [['train', '--scale', 'colums'], 'scale', 'colums', 'columns'],
  [['train', '--data', 'mnits'], 'data', 'mnits', 'mnist'],
  [['data', 'fashoin'], 'data', 'fashoin', 'fashion'],
  [['data', file('t.csv', 'a,size,kind\n1,2,0\n3,4,1\n'), '--label', 'knid'], 'label', 'knid', 'kind'],
  [
    ['train', '--runtime', 'virtual', '--data', fixture, '--jitter', 'lognormel:1'],
    'jitter',
    'lognormel:1',
    'lognormal',
  ],
  // analog tiles
  [[...analog, '--cell', 'ReRamSP'], 'cell', 'ReRamSP', 'ReRamSB'],
  [[...analog, '--cell', 'ReRamSB:stepSiz=0.1'], 'option of cell ReRamSB', 'stepSiz', 'stepSize'],
  [
    [...analog, '--cell', 'EcRam:lifetimeSecond=3'],
    'option of cell EcRam',
    'lifetimeSecond',
    'lifetimeSeconds',
  ],
  [[...analog, '--update', 'tiki-taka-v3'], 'update', 'tiki-taka-v3', 'tiki-taka-v1'],
  [[...analog, '--update', 'per-pass:slot=3'], 'option of update per-pass', 'slot', 'slots'],
  [[...analog, '--io', 'aihwkitt'], 'io', 'aihwkitt', 'aihwkit'],
  [[...analog, '--io', 'aihwkit:adcBots=3'], "tile 'crossbar': option of forward", 'adcBots', 'adcBits'],
  [
    [...analog, '--unknown', 'synapseGian=0.1'],
    "tile 'crossbar': option of unknown",
    'synapseGian',
    'synapseGain',
  ],
  [[...analog, '--summation', 'digtal'], 'summation', 'digtal', 'digital'],
  [['explain', file('3.json', { cel: 'pcm' })], 'config file', 'cel', 'cell'],
  // simulations
  [['simulate', '--cost', 'f=1ms,B=1ms,W=1ms'], 'cost', 'f=1ms,B=1ms,W=1ms', 'F'],
  [['simulate', '--cost', 'exq:1ms'], 'cost', 'exq:1ms', 'exp'],
  [['simulate', '--cost-of', '0:b=3ms'], 'costOf', 'b=3ms', 'B'],
  [['simulate', '--cost', '3Ms'], 'cost', '3Ms', 'ms'],
  [['simulate', '--activation', '4mb'], 'activation', '4mb', 'MB'],
  [['simulate', '--activation', '4MB', '--bandwidth', '10Gb/s'], 'bandwidth', '10Gb/s', 'Gbit'],
  [['simulate', '--capacity', 'unbouded'], 'capacity', 'unbouded', 'unbounded'],
  [['simulate', '--arrivals', 'poison:1/ms'], 'arrivals', 'poison:1/ms', 'poisson'],
  [['simulate', '--duplex', 'ful'], 'duplex', 'ful', 'full'],
  [['simulate', '--cluster', 'node=2,devices=2,inside=1us'], 'cluster', 'node=2', 'nodes'],
  [['simulate', '--cluster', 'nodes=1,devices=4,inside=1us', '--map', 'stage'], 'map', 'stage', 'stages'],
  [['simulate', '--cluster', file('c1.json', { ...cluster, device: 3 })], 'cluster', 'device', 'devices'],
  [
    ['simulate', '--cluster', file('c2.json', { ...cluster, inside: { latency: '2us', bandwith: '1GB/s' } })],
    'inside of cluster',
    'bandwith',
    'bandwidth',
  ],
  [
    ['simulate', '--profile', file('p.json', { layers: [{ name: 'a', F: 1, b: 1, W: 1, U: 0 }] })],
    'B of layer 0 of profile',
    'b',
    'B',
  ],
  // sweeps
  [[...swept, '--vary', 'shedule=stream,gpipe'], 'vary', 'shedule', 'schedule'],
  [[...swept, '--vary', 'schedule=stream,gpip'], 'schedule', 'gpip', 'gpipe'],
  [[...swept, '--grid', file('g.json', { microbatch: [4, 8] })], 'grid', 'microbatch', 'microbatches'],
  [[...swept, '--sort', 'makspan'], 'sort', 'makspan', 'makespan'],
  [[...swept, '--vary', 'stages=2,4', '--paired', 'stage=2'], 'vary', 'stage', 'stages'],
  [['suggest', '--rules', 'backpro'], 'rules', 'backpro', 'backprop'],
  // streams under stress
  [['stress', '--source', 'hyperplan'], 'source', 'hyperplan', 'hyperplane'],
  [['stress', '--source', 'sea:nois=0.1', '--rate', '10/s'], 'options of source sea', 'nois', 'noise'],
  [[...stress, '--arrivals', 'burst'], 'arrivals', 'burst', 'bursts'],
  [[...stress, '--arrivals', 'bursts:ration=3'], "option of arrivals 'bursts'", 'ration', 'ratio'],
  [[...stress, '--full', 'drop-oldst'], 'full', 'drop-oldst', 'drop-oldest'],
  [[...stress, '--full-edge', 'deadlin:3ms'], 'fullEdge', 'deadlin:3ms', 'deadline'],
  [[...stress, '--detectors', 'adwn'], 'detectors', 'adwn', 'adwin'],
  [[...stress, '--gate', 'acuracy>0.9'], "figure of gate 'acuracy>0.9'", 'acuracy', 'accuracy'],
  [[...stress, '--shift', 'abrubt@3'], 'when of a shift', 'abrubt', 'abrupt'],
  [[...stress, '--shift', 'abrupt@3:pixel'], 'what of a shift', 'pixel', 'pixels'],
  [[...stress, '--faults', 'randm:1'], 'faults', 'randm:1', 'random'],
  [
    [...stress, ...plan({ fault: 'paus', stage: 0, at: 3 })],
    `${join(folder, 'faults.json')}: 'fault' of fault 0`,
    'paus',
    'pause',
  ],
  [[...stress, '--rate', '100/S'], 'rate', '100/S', 's'],
  // runs, exports, pages, setup
  [['runs', 'shaw', 'x'], 'action', 'shaw', 'show'],
  [['runs', 'show', 'standrad', '--runs', runs], 'run', 'standrad', 'standard'],
  [['report', '2026-01-01-trian', '--runs', runs], 'run', '2026-01-01-trian', '2026-01-01-train'],
  [['predict', 'standrad', '--runs', runs], 'run', 'standrad', 'standard'],
  [['age', 'standrad', '--seconds', '1', '--runs', runs], 'run', 'standrad', 'standard'],
  [['train', '--resume', 'standrad', '--runs', runs], 'run', 'standrad', 'standard'],
  [['export', 'standrad', '--as', 'csv', '--out', folder, '--runs', runs], 'run', 'standrad', 'standard'],
  [['export', 'standard', '--as', 'parqet', '--out', folder], 'as', 'parqet', 'parquet'],
  [['serve', '--runs', runs, 'trian'], 'what is served', 'trian', 'train'],
  [['serve', 'stres', '--rate', '1/s'], 'what is served', 'stres', 'stress'],
  [['serve', '--runs', runs, 'standrad'], 'what is served', 'standrad', 'standard'],
  [['schema', 'swep'], 'command', 'swep', 'sweep'],
  [['init', 'simulat'], 'command', 'simulat', 'simulate'],
  [['completion', 'bsh'], 'shell', 'bsh', 'bash'],
  [['check', './x.ts', '--family', 'lyer'], 'family', 'lyer', 'layer'],
];

test.for(cases)('%j names %s, the rule, %s and %s', async ([args, field, got, near]) => {
  const { code, stdout, stderr } = await forwardflow(args);
  expect([code, stdout]).toEqual([1, '']);
  const [line] = stderr.split('\n');
  if (field.startsWith('unknown')) {
    expect(stderr.replace('\n', ' ')).toBe(`forwardflow: ${field} '${got}' (Did you mean ${near}?)\n`);
    return;
  }
  expect(stderr).toBe(`${line}\n`);
  expect(line.startsWith(`forwardflow: ${field}`), line).toBe(true);
  expect(line).toMatch(/ must (be|hold|name) .+; got /);
  expect(line).toContain(`; got '${got}' (did you mean '${near}'?)`);
});

const paths = join(folder, 'paths');
mkdirSync(join(paths, 'results', 'inner'), { recursive: true });
for (const name of [
  'weights.safetensors',
  'table.csv',
  'rows.jsonl',
  'plan.json',
  'member.ts',
  'results/one.csv',
])
  writeFileSync(join(paths, name), 'x');
const at = (name: string): string => join(paths, name);

/** A command line with one path misspelt, what its error begins with, and the path that is meant. */
const misspelt: readonly (readonly [args: readonly string[], begins: string, near: string])[] = [
  [
    ['train', '--data', fixture, '--layers', '30', '--init', at('wieghts.safetensors')],
    'init must',
    'weights.safetensors',
  ],
  [['train', '--config', at('paln.json')], 'config file', 'plan.json'],
  [['train', '--data', at('tabel.csv')], 'data must', 'table.csv'],
  [['data', at('reslts/one.csv')], 'data must', 'results/one.csv'],
  [['data', at('reslts/oen.csv')], 'data must', 'results/one.csv'],
  [['train', '--negatives', at('membr.ts')], 'negatives', 'member.ts'],
  [['check', at('membr.ts')], 'member', 'member.ts'],
  [['train', '--resume', at('result')], 'run must', 'results'],
  [['predict', at('reslts')], 'run must', 'results'],
  [['age', at('reslts'), '--seconds', '1'], 'run must', 'results'],
  [['transplant', at('reslts'), '--chip-seed', '1'], 'run must', 'results'],
  [['export', at('reslts'), '--as', 'csv', '--out', at('out')], 'run must', 'results'],
  [['runs', 'show', at('reslts')], 'run must', 'results'],
  [['serve', at('reslts')], 'what is served must', 'results'],
  [['report', at('rwos.jsonl')], 'run must', 'rows.jsonl'],
  [['stress', '--source', at('tabel.csv'), '--rate', '1/s'], 'source must', 'table.csv'],
  [['stress', '--source', `follow:${at('tabel.csv')}`, '--rate', '1/s'], 'source must', 'table.csv'],
  [[...stress, '--faults', at('paln.json')], 'faults must', 'plan.json'],
  [['stress', '--source', 'sea', '--arrivals', at('tabel.csv')], 'arrivals', 'table.csv'],
  [['stress', '--resume', at('reslts')], 'run must', 'results'],
  [['simulate', '--cluster', at('paln.json')], 'cluster', 'plan.json'],
  [['simulate', '--profile', at('paln.json')], 'profile', 'plan.json'],
  [['simulate', '--kept', at('paln.json')], 'kept', 'plan.json'],
  [['sweep', '--out', at('out'), '--grid', at('paln.json')], 'grid', 'plan.json'],
  [['explain', at('paln.json')], 'config file', 'plan.json'],
  [['cell', at('tabel.csv')], 'measured cell', 'table.csv'],
  // files that are to be written, into a folder that is none
  [['simulate', '--trace', at('reslts/trace.json')], 'trace must', 'results'],
  [['sweep', '--vary', 'stages=2,4', '--out', at('reslts/rows.jsonl')], 'out must', 'results'],
  [['init', 'train', '--out', at('reslts/train.json')], 'out must', 'results'],
];

test.for(misspelt)('%j is answered with the nearest path', async ([args, begins, near]) => {
  const { code, stdout, stderr } = await forwardflow(args);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^.+\n$/);
  expect(stderr.startsWith(`forwardflow: ${begins}`), stderr).toBe(true);
  expect(stderr.endsWith(` (did you mean '${at(near)}'?)\n`), stderr).toBe(true);
});

test('a path that is there, or near to none, gets no hint, and one from here is told from here', () => {
  expect(nearestPath(at('table.csv'))).toBe('');
  expect(nearestPath(at('zebra'))).toBe('');
  expect(nearestPath(at('zebra/table.csv'))).toBe('');
  expect(nearestPath(at('tabl.csv'), { folders: true })).toBe('');
  expect(nearestPath('')).toBe('');
  expect(nearestPath('pakage.json')).toBe(" (did you mean 'package.json'?)");
  expect(nearestPath('./pakage.json')).toBe(" (did you mean './package.json'?)");
});

test('a study that is none is answered with the nearest', () => {
  expect(() => namedStudies(['crosover'])).toThrow(
    /^study must be one of 01-.*; got 'crosover' \(did you mean 'crossover'\?\)$/,
  );
});

test('what is a name already, or near to none, gets no hint', () => {
  expect(nearest('above:7', ['above', 'top'])).toBe('');
  expect(nearest('3ms', ['exp', 'none'])).toBe('');
  expect(nearest('', ['exp'])).toBe('');
  expect(nearest('zebra', ['adam', 'sgd'])).toBe('');
  expect(nearest(`exq:${'1'.repeat(1e5)}`, ['exp'])).toBe(" (did you mean 'exp'?)");
});
