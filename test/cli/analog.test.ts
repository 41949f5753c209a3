import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agesText, agesUpTo } from '../../src/cli/analog/ages.ts';
import { joules } from '../../src/report.ts';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';

const runs = runsFolder();
const small = ['--data', fixture, '--layers', '16,16', '--microbatch', '50', '--limit', '500'];
const tile = ['--tile', 'crossbar', '--products', 'plain', '--epochs', '1'];
const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await forwardflow([...args, '--json']);
  expect([code, stderr.includes('forwardflow: ')]).toEqual([0, false]);
  return JSON.parse(stdout);
};
const trained = (...args: readonly string[]) => json('train', ...small, ...tile, '--runs', runs, ...args);
const refused = async (sentence: string, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await forwardflow([...args]);
  expect(stderr).toContain(sentence);
  expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([1, '', 1]);
};

describe('train --tile crossbar', () => {
  test('counts pulses and joules, which are the sum of their items and layers', async () => {
    const { runs: all } = await trained(
      '--cell',
      'ReRamSB',
      '--update',
      'paired',
      '--chip-seed',
      '3',
      '--endurance',
      '1e6',
    );
    const [{ pulsesPerSample, energyPerSample, hardware, tile: name }] = all;
    expect(name).toContain('crossbar of soft bounds with reference cells');
    expect(pulsesPerSample).toBeGreaterThan(0);
    const sum = (of: (layer: typeof hardware.layers.number) => number) =>
      hardware.layers.reduce((total: number, layer: typeof hardware.layers.number) => total + of(layer), 0);
    expect(sum(({ pulsesPerSample: one }) => one)).toBeCloseTo(pulsesPerSample, 9);
    expect(sum(({ learning }) => learning.total) / energyPerSample).toBeCloseTo(1, 12);
    for (const { learning } of hardware.layers) {
      const { total, ...items } = learning;
      const parts = Object.values(items) as number[];
      expect(parts.reduce((a, b) => a + b) / total).toBeCloseTo(1, 12);
    }
    expect(hardware.layers).toHaveLength(2);
    expect(hardware.enduranceUsed).toBe(hardware.writesPerCell / 1e6);
    expect(hardware.energyPerPrediction).toBeGreaterThan(0);
  });

  test('has the same weights on threads and inline, others on another chip, and goes on where it was resumed', async () => {
    const pulses = ['--cell', 'GokmenVlasov', '--update', 'per-pass', '--io', 'aihwkit'];
    const hash = async (...args: readonly string[]) =>
      (await trained(...pulses, ...args)).runs[0].weightsHash;
    const inline = await hash('--runtime', 'inline');
    expect(await hash('--workers', '2')).toBe(inline);
    expect(await hash('--runtime', 'inline', '--chip-seed', '4')).not.toBe(inline);
    const { runFolder } = await trained(...pulses, '--checkpoint-every', '4', '--name', 'resumed');
    const resumed = await json('train', '--resume', runFolder, '--runs', runs);
    expect(resumed.runs[0].weightsHash).toBe(inline);
  });

  test('with everything off is the digital tile', async () => {
    const digital = await json('train', ...small, '--tile', 'plain', '--epochs', '1', '--runs', runs);
    const analog = await trained();
    expect(analog.runs[0].testAccuracy).toBeCloseTo(digital.runs[0].testAccuracy, 2);
  });

  test('refuses what does not fit, in one sentence that names the setting', async () => {
    const train = ['train', ...small, '--epochs', '1'];
    await refused('cell must be left out unless tile is crossbar; got', ...train, '--cell', 'ReRamSB');
    await refused("(did you mean 'ReRamSB'?)", ...train, ...tile, '--cell', 'ReRamSb');
    await refused(
      "optimiser must be sgd without momentum with update 'paired', whose pulses follow rate × gradient alone; got 'adam'",
      ...[...train, ...tile, '--update', 'paired', '--optimiser', 'adam'],
    );
    await refused(
      "cell 'constant-step:stepSize=-1'",
      ...[...train, ...tile, '--cell', 'constant-step:stepSize=-1'],
    );
    await refused(
      "update must be another than 'paired' with rule backprop, which has no pairs of rows; got 'paired'",
      ...[...train, ...tile, '--rule', 'backprop', '--update', 'paired'],
    );
    await refused('option of forward must be one of', ...train, ...tile, '--io', 'aihwkit:adc=7');
    await refused('option of unknown must be one of', ...train, ...tile, '--unknown', 'gain=0.1');
  });
});

test('takes a kind of cell of one’s own, on threads too, which check knows', async () => {
  const path = join(runs, 'wide-cell.ts');
  writeFileSync(
    path,
    `import { ideal, moduleOf, plan } from 'forwardflow/extend';
     export default ({ stepSize = 0.01 } = {}) => plan(import.meta.url, 'wide', { stepSize });
     export const create = async (options) => {
       const { create } = await moduleOf(ideal());
       return { ...create(options), name: 'wide' };
     };`,
  );
  const checked = await forwardflow(['check', path]);
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining("a kind of cell, 'wide'")]);
  const { runs: all } = await trained('--cell', `${path}:stepSize=0.002`, '--update', 'net');
  expect(all[0].tile).toContain('crossbar of wide cells');
  expect(all[0].weightsHash).toBe(
    (await trained('--cell', 'ideal:stepSize=0.002', '--update', 'net')).runs[0].weightsHash,
  );
});

describe('a trained chip', () => {
  test('keeps its accuracy on itself, and loses it on others', async () => {
    const unknown = ['--unknown', 'synapseGain=1', '--chip-seed', '7'];
    const { runFolder, runs: all } = await trained(...unknown, '--epochs', '4');
    const { runs: moved } = await json('transplant', runFolder, '--chip-seed', '8,9', '--products', 'plain');
    expect(moved[0]).toMatchObject({ trainedOn: 7, testAccuracy: all[0].testAccuracy });
    expect(moved[0].chips.map(({ chipSeed }: { chipSeed: number }) => chipSeed)).toEqual([8, 9]);
    for (const { testAccuracy } of moved[0].chips)
      expect(testAccuracy).toBeLessThan(all[0].testAccuracy - 0.02);
  });

  test('ages by its cells: exact ones stay, leaking ones forget', async () => {
    const { runFolder, runs: all } = await trained('--epochs', '4');
    const ages = async (cell: string) =>
      (
        await json(
          'age',
          runFolder,
          '--seconds',
          '1000',
          '--points',
          '3',
          '--cell',
          cell,
          '--products',
          'plain',
        )
      ).runs[0].ages;
    const exact = await ages('ideal');
    expect(exact.map(({ seconds }: { seconds: number }) => seconds)).toEqual([0, 1, 1000]);
    for (const { testAccuracy } of exact) expect(testAccuracy).toBe(all[0].testAccuracy);
    const wide = 'stepSpread=0,upperBound=9,lowerBound=-9,upperBoundSpread=0,lowerBoundSpread=0';
    const leaking = await ages(`constant-step:${wide},lifetimeSeconds=10,lifetimeSpread=0`);
    expect(leaking[0].testAccuracy).toBe(all[0].testAccuracy);
    expect(leaking[2].testAccuracy).toBeLessThan(0.2);
  });

  test('says where a network is as accurate at every age, for a flat curve looks like a good chip', () => {
    const chip = { rule: 'ff', seed: 1, chipSeed: 0, cell: 'PCM', samples: 200, asked: {} };
    const at = (...shares: (number | null)[]) =>
      agesText([{ ...chip, ages: shares.map((testAccuracy, i) => ({ seconds: i, testAccuracy })) }]);
    expect(at(0.85, 0.85, 0.85)).toContain(
      'The same at every age: as they are described, these cells do not age',
    );
    for (const text of [at(0.85, 0.85, 0.84), at(0.85), at(null, null)])
      expect(text).not.toContain('The same at every age');
  });

  test('has ages that grow by equal factors', () => {
    expect(agesUpTo(86_400, 6)).toEqual([0, 1, 17.1, 294, 5040, 86_400]);
    expect(agesUpTo(0.5, 3)).toEqual([0, 0.25, 0.5]);
    expect(agesUpTo(7, 2)).toEqual([0, 7]);
  });
});

describe('explain', () => {
  test('measures what the options say', async () => {
    const cell = 'constant-step:stepSize=0.01,upperBound=0.5,lowerBound=-0.5,upDown=0.2';
    const io = ['--io', 'aihwkit:adcBits=5', '--update', 'per-pass'];
    const told = await json('explain', ...small, '--cell', cell, ...io, '--products', 'plain');
    expect(told.cell.granularity).toBeCloseTo(0.01, 12);
    expect(told.cell.states).toBeGreaterThan(80);
    expect(told.cell.states).toBeLessThan(120);
    // the DOWN pulse alone is weakened: (1 − 0.8) / 1.8
    expect(told.cell.asymmetry).toBeCloseTo(0.2 / 1.8, 2);
    expect(told.forward.dacBits).toBeCloseTo(Math.log2(127), 5);
    expect(told.forward.adcBits).toBeCloseTo(Math.log2(31), 5);
    expect(told.reads.effectiveBits).toBeCloseTo((told.reads.snr - 1.76) / 6.02, 12);
    expect(told.warnings.join()).toContain('UP and DOWN pulses differ by 11');
    expect(told.ledger.layers).toHaveLength(2);
  });

  test('of exact reads finds no error, and takes a file of settings', async () => {
    const file = join(runs, 'explain.json');
    writeFileSync(file, JSON.stringify({ tile: 'crossbar', data: fixture, layers: [8], microbatch: 50 }));
    const { code, stdout } = await forwardflow(['explain', file, '--products', 'plain']);
    expect(code).toBe(0);
    expect(stdout).toContain('Infinity');
  });
});

describe('cell', () => {
  const path = join(runs, 'cell.csv');
  const soft = (from: number, sign: number) => {
    let w = from;
    return Array.from({ length: 60 }, () => {
      const now = w;
      w += sign * 0.05 * (1 - sign * w);
      return now;
    });
  };
  const up = soft(-1, 1);
  const down = soft(up[59], -1);

  test('fits soft bounds by their own model and by nodes, and trains on what it fitted', async () => {
    writeFileSync(path, `pulse,up,down\n${up.map((w, i) => `${i},${w},${down[i]}`).join('\n')}\n`);
    const out = join(runs, 'cell.json');
    const told = await json('cell', path, '--no-train', '--out', out);
    expect(told.fits.softBounds.error).toBeLessThan(0.002);
    expect(told.fits.piecewise.error).toBeLessThan(0.015);
    expect(told.stepNoise).toBeLessThan(0.02);
    expect(told.cell).toBe(JSON.parse(readFileSync(out, 'utf8')).cell);
    const { runs: all } = await json(
      ...['train', '--config', out, ...small, '--epochs', '1', '--update', 'net', '--runs', runs],
    );
    expect(all[0].tile).toContain('piecewise');
  });

  test('reads three forms of tables alike, and refuses others with their line', async () => {
    const cellOf = async (text: string) => {
      writeFileSync(path, text);
      return (await json('cell', path, '--no-train')).cell;
    };
    const both = [...up.map((w) => [w, 'up'] as const), ...down.map((w) => [w, 'down'] as const)];
    const columns = await cellOf(`${up.map((w, i) => `${i},${w},${down[i]}`).join('\n')}\n`);
    expect(await cellOf(`n,g,d\n${both.map(([w, way], i) => `${i},${w},${way}`).join('\n')}\n`)).toBe(
      columns,
    );
    writeFileSync(path, '0,1\n1,x\n2,3\n');
    await refused(
      `line 2 of measured cell ${path} must have a finite number in column 2; got 'x'`,
      ...['cell', path],
    );
    writeFileSync(path, '0,1,2,3\n');
    await refused('got 4 columns', 'cell', path);
  });
});

test('joules have three digits and a prefix', () => {
  expect([0, 1.2345e-9, 5e-13, 0.25, 3].map(joules)).toEqual(['0 J', '1.23 nJ', '500 fJ', '250 mJ', '3 J']);
});
