import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.ts';
import { writeIdx } from '../../src/data/idx.ts';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';

const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
const draw = random(5).fork('centres');
const centres = letters.map(() => Array.from({ length: 16 }, () => draw.whole(16)));

/** Samples around a centre a letter, as UCI's letter recognition has them: 16 whole numbers from 0 to 15. */
function table(
  rows: number,
  seed: number,
  head = ['letter', ...centres[0].map((_, i) => `f${i}`)],
): string[] {
  const noise = random(seed).fork('noise');
  const lines = Array.from({ length: rows }, (_, k) => {
    const own = centres[k % 26].map((centre) => Math.min(15, Math.max(0, centre + noise.whole(3) - 1)));
    return [letters[k % 26], ...own].join(',');
  });
  return [head.join(','), ...lines];
}

let dir: string;
let csv: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'forwardflow-data-'));
  csv = write('x.csv', table(520, 1));
});
afterAll(() => rmSync(dir, { recursive: true }));

function write(name: string, lines: readonly string[] | string): string {
  const path = join(dir, name);
  writeFileSync(path, typeof lines === 'string' ? lines : `${lines.join('\n')}\n`);
  return path;
}

const quick = [
  '--layers',
  '40',
  '--microbatch',
  '20',
  '--tile',
  'plain',
  '--runtime',
  'inline',
  '--running',
  '0',
];
const json = (stdout: string) => JSON.parse(stdout);

/** Trains on a file. @returns its run folder and document */
async function trained(args: readonly string[]) {
  const runs = runsFolder();
  const { code, stdout, stderr } = await forwardflow(['train', ...quick, ...args, '--runs', runs, '--json']);
  expect([code, stderr.split('\n').filter((line) => line.startsWith('forwardflow: '))]).toMatchObject([
    0,
    {},
  ]);
  const [name] = readdirSync(runs);
  return { folder: join(runs, name), document: json(stdout), stderr };
}

describe('a table of 26 named classes', () => {
  test('is described: samples, width, classes with their counts', async () => {
    const { stdout, code } = await forwardflow(['data', csv, '--label', 'letter', '--json']);
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({
      ...{
        samples: 520,
        width: 16,
        dtype: 'text',
        missing: 0,
        range: [0, 15],
        scaling: { by: 1 },
        test: null,
      },
      classes: letters.map((name) => ({ name, count: 20 })),
    });
  });

  test('is learned, a test set drawn from it, and other rows predicted from another folder by name', async () => {
    const { folder, document } = await trained([
      '--data',
      csv,
      '--label',
      'letter',
      '--test-split',
      '0.2',
      '--epochs',
      '20',
    ]);
    expect(document.runs[0].testAccuracy).toBeGreaterThan(0.9);
    expect(document.data).toMatch(
      /416 samples of 16; 104 to test, drawn .*\(stratified\) .*taken as they are/,
    );
    expect(json(readFileSync(join(folder, 'config.json'), 'utf8')).data).toBe(csv);
    const before = process.cwd();
    const out = join(dir, 'predicted.csv');
    // columns in another order, one that the run does not know, and no label: by their names
    const other = table(52, 2).map((line) => line.split(','));
    const order = [3, 16, ...other[0].map((_, i) => i).filter((i) => i !== 0 && i !== 3 && i !== 16)];
    const turned = write(
      'turned.csv',
      other.map((cells, i) => [i === 0 ? 'id' : `${i}`, ...order.map((j) => cells[j])].join(',')),
    );
    try {
      process.chdir(tmpdir());
      const own = await forwardflow(['predict', folder, '--json']);
      expect(json(own.stdout).runs[0]).toMatchObject({
        samples: 104,
        testAccuracy: document.runs[0].testAccuracy,
      });
      const labelled = await forwardflow([
        'predict',
        folder,
        '--data',
        write('y.csv', table(52, 2)),
        '--json',
        '--out',
        out,
      ]);
      expect(json(labelled.stdout).runs[0].testAccuracy).toBeGreaterThan(0.9);
      const first = readFileSync(out, 'utf8').split('\n');
      expect(first.slice(0, 2)).toEqual([
        `rule,index,label,predicted,seed,${letters.map((letter) => `score_${letter}`).join(',')}`,
        expect.stringMatching(/^ff,0,A,[A-Z],1(,[\d.]+){26}$/),
      ]);
      const bare = await forwardflow(['predict', folder, '--data', turned, '--out', out]);
      expect(bare.stdout).toMatch(/52 samples without labels predicted/);
      expect(bare.stderr).toBe('forwardflow: columns that the run does not know are left out: id\n');
      const second = readFileSync(out, 'utf8').split('\n');
      expect(second.map((line) => line.split(',')[3])).toEqual(first.map((line) => line.split(',')[3]));
    } finally {
      process.chdir(before);
    }
  });

  test('is refused for a label that the run has not learned, and for features that it lacks', async () => {
    const { folder } = await trained(['--data', csv, '--label', 'letter', '--epochs', '1']);
    const strange = write('strange.csv', [...table(3, 1), `ß,${centres[0].join(',')}`]);
    const { stderr, code } = await forwardflow(['predict', folder, '--data', strange]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/label of sample 4 of .* A, B, C, D, …, Z; got 'ß'/),
    ]);
    const narrow = write(
      'narrow.csv',
      table(3, 1).map((line) => line.replace(/,[^,]*$/, '')),
    );
    const lacking = await forwardflow(['predict', folder, '--data', narrow]);
    expect(lacking.stderr).toMatch(/must have the column 'f15' of the run/);
    const none = await forwardflow(['predict', folder]);
    expect(none.stderr).toMatch(/data must be given, since those of the run, x.csv, have no test set/);
  });
});

describe('a folder of letters, labelled from 1 to 26 as EMNIST has them', () => {
  test('is learned as 26 classes, whatever cannot be read beside it', async () => {
    const folder = join(dir, 'emnist');
    mkdirSync(join(folder, 'train-images-idx3-ubyte'), { recursive: true });
    symlinkSync(join(dir, 'nowhere'), join(folder, 'train-labels-idx1-ubyte'));
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), '');
    for (const [part, count] of [
      ['train', 52],
      ['t10k', 26],
    ] as const) {
      const labels = Uint8Array.from({ length: count }, (_, i) => 1 + (i % 26));
      const data = Uint8Array.from(
        { length: 64 * count },
        (_, i) => (labels[i >> 6] * ((i & 63) + 3) * 7) % 256,
      );
      await writeIdx(join(folder, `${part}-images-idx3-ubyte.gz`), { shape: [count, 8, 8], data });
      await writeIdx(join(folder, `${part}-labels-idx1-ubyte.gz`), { shape: [count], data: labels });
    }
    const { document, stderr, folder: run } = await trained(['--data', folder, '--epochs', '2']);
    expect(document.data).toMatch(
      /52 samples of 8 × 8; 26 to test; 26 classes: 1, 2, 3, 4, …, 26; .* divided by 255/,
    );
    expect(document.runs[0].testAccuracy).not.toBeNull();
    const passed = ['train-images-idx3-ubyte is a folder', 'train-labels-idx1-ubyte is a link to nothing'];
    for (const one of [...passed, 't10k-images-idx3-ubyte is empty'])
      expect(stderr).toContain(`forwardflow: passed over in emnist: ${one}\n`);
    const out = join(dir, 'letters.csv');
    await forwardflow(['predict', run, '--out', out]);
    expect(readFileSync(out, 'utf8').split('\n')[26]).toMatch(/^ff,25,26,\d+,1,/);
    const { stdout } = await forwardflow(['data', folder]);
    expect(stdout).toMatch(/\nwidth +64 features \(8 × 8, an image\), uint8\n.*\n.*\n(.*\n)*classes +26\n/);
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(stdout).toMatch(/[░▒▓█]/);
  });
});

describe('what a user might not expect is said', () => {
  test('no test set, and classes of which nothing is learned', async () => {
    const sorted = write('sorted.csv', [
      'y,a,b,c',
      ...[...'aaabbbccc'].map((name, i) => `${name},${i},${i % 2},1.5`),
    ]);
    const { stderr, document } = await trained(['--data', sorted, '--limit', '6', '--epochs', '1']);
    expect(stderr).toMatch(
      /sorted.csv has no test set, so there is no test accuracy: draw one with --test-split 0.1/,
    );
    expect(stderr).toMatch(
      /the samples learned from have none of 1 classes, 'c' for one: --limit takes the first samples/,
    );
    expect(document.runs[0].testAccuracy).toBeNull();
    expect(document.data).toContain('no test set');
  });

  test('what cannot be is refused before anything is learned', async () => {
    const plain = write('plain.csv', ['y,a', '1,2', '1,3']);
    const cases: [string[], RegExp][] = [
      [['--data', plain], /labels of plain.csv must be of 2 classes or more; got '1' alone/],
      [['--data', csv], /must have a column called label, class, target or y, or --label must say which/],
      [
        ['--data', csv, '--label', 'nobody'],
        /label must be a column of .*x.csv, by name or number .*; got 'nobody'/,
      ],
      [['--data', csv, '--label', '1', '--test-split', '1'], /testSplit must be above 0 and below 1; got 1/],
      [
        ['--data', csv, '--label', '1', '--scale', '0'],
        /scale must be 'auto', 'none', 'columns' or a number above 0; got 0/,
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stderr, stdout } = await forwardflow([
        'train',
        ...quick,
        ...args,
        '--runs',
        runsFolder(),
      ]);
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)]);
    }
    const { stderr } = await forwardflow([
      'train',
      ...quick,
      '--data',
      fixture,
      '--test-split',
      '0.5',
      '--runs',
      runsFolder(),
    ]);
    expect(stderr).toMatch(
      /testSplit must be left out where there is a test set; got 0.5, and mnist has one/,
    );
  });

  test('a config with a byte order mark is read, and one that is cut is named', async () => {
    const { folder } = await trained([
      '--data',
      csv,
      '--label',
      'letter',
      '--test-split',
      '0.2',
      '--epochs',
      '1',
    ]);
    const path = join(folder, 'config.json');
    const text = readFileSync(path, 'utf8');
    for (const marked of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      writeFileSync(path, marked);
      expect((await forwardflow(['predict', folder])).code).toBe(0);
    }
    for (const length of [0, 1, text.length >> 1, text.length - 3]) {
      writeFileSync(path, text.slice(0, length));
      for (const args of [
        ['predict', folder],
        ['train', '--resume', folder],
        ['train', '--config', path],
      ]) {
        const { code, stderr } = await forwardflow(args);
        expect([code, stderr]).toEqual([
          1,
          expect.stringMatching(/^forwardflow: .*config.json must be readable JSON; got .*\n$/),
        ]);
      }
    }
  });
});
