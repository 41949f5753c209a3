import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { nearest } from '../../src/extend.ts';
import { forwardflow, runsFolder, small, started } from './forwardflow.ts';
import { golden, tooWide } from './kept.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'forwardflow-manners-'));
afterEach(() => vi.unstubAllEnvs());

describe('help', () => {
  const commands =
    'compare train predict export plan simulate stress sweep calibrate check explain cell age transplant doctor'.split(
      ' ',
    );

  test('of the program and each command is grouped, short, in 80 columns and as kept', async () => {
    const program = await forwardflow(['--help']);
    golden('forwardflow', program.stdout);
    for (const command of commands) {
      const { stdout, code } = await forwardflow([command, '--help']);
      expect([code, tooWide(stdout)]).toEqual([0, []]);
      golden(command, stdout);
    }
    expect(tooWide(program.stdout)).toEqual([]);
  });

  test('shows every flag where all are asked for, and says how many there are', async () => {
    const flags = (text: string) => new Set(text.match(/^ {2}(?:-\w, )?--[\w-]+/gm)).size;
    const short = (await forwardflow(['train', '--help'])).stdout;
    const full = (await forwardflow(['train', '--help', 'all'])).stdout;
    expect(tooWide(full)).toEqual([]);
    const more = Number(/(\d+) more flags: forwardflow train --help all/.exec(short)?.[1]);
    expect(flags(full)).toBe(flags(short) + more);
    expect(flags(short)).toBeLessThan(30);
    expect(full).toContain('--weight-decay');
    expect(short).not.toContain('--weight-decay');
  });

  test('has the glossary as terms', async () => {
    const { stdout, code } = await forwardflow(['help', 'terms']);
    expect([code, tooWide(stdout)]).toEqual([0, []]);
    expect(stdout).toContain('\n\nMicrobatch: the samples that travel through the pipeline together.');
    expect(stdout).not.toMatch(/[*`#]/);
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toContain('docs/glossary.md');
  });
});

describe('every text that a command prints', () => {
  test('has 80 columns at most', async () => {
    const run = [...small, '--epochs', '1', '--runs', 'r', '--seed', '2'];
    process.chdir(folder); // paths are short where they are relative
    try {
      const compared = await forwardflow([
        'compare',
        ...run,
        '--rules',
        'ff,mono-forward,backprop',
        '--gantt',
      ]);
      expect([compared.code, tooWide(compared.stdout), tooWide(compared.stderr)]).toEqual([0, [], []]);
      const path = /run folder: (.*)/.exec(compared.stdout)?.[1] ?? '';
      const outages = ['--failures', '1/s:2ms:5ms', '--pauses', '2/s:exp:5ms'];
      for (const args of [
        ['train', ...run],
        ['calibrate', ...small, '--epochs', '1', '--rounds', '1', '--out', 'p'],
        ['doctor'],
        ['runs', '--runs', 'r'],
        ['runs', 'show', path],
        ['data', small[1]],
        ['predict', path, '--products', 'plain'],
        ['plan', ...small],
        ['plan', '--schedule', 'zb-v', '--stages', '4'],
        ['simulate', '--stages', '20', ...outages],
        [
          'simulate',
          '--schedule',
          'interleaved-1f1b',
          '--chunks',
          '2',
          '--bandwidth',
          '10GB/s',
          '--activation',
          '4MB',
        ],
        ['simulate', '--arrivals', 'poisson:0.8/ms', '--microbatches', '500', '--jitter', 'exp'],
        [
          'sweep',
          '--vary',
          'schedule=stream,interleaved-1f1b',
          '--microbatches',
          '8',
          '--jitter',
          'exp',
          '--out',
          's',
          '--paired',
          'schedule=stream',
        ],
      ]) {
        const { code, stdout, stderr } = await forwardflow(args);
        expect([args[0], code, stderr, tooWide(stdout)]).toEqual([args[0], 0, '', []]);
        expect(stdout, args[0]).not.toMatch(/[├┼┤]/);
      }
    } finally {
      process.chdir(root);
    }
  });
});

describe('an error', () => {
  test('offers the nearest name, of values as of flags', async () => {
    const hint = async (...args: string[]) => (await forwardflow(args)).stderr;
    expect(await hint('train', '--rule', 'backporp')).toContain("got 'backporp' (did you mean 'backprop'?)");
    expect(await hint('train', '--loss', 'Simba')).toContain("(did you mean 'symba'?)");
    expect(await hint('simulate', '--schedule', '1f1p')).toContain("(did you mean '1f1b'?)");
    expect(await hint('train', '--recipe', 'standart')).toContain("(did you mean 'standard'?)");
    expect(await hint('train', '--epoch', '3')).toContain('Did you mean --epochs?');
    const config = join(folder, 'near.json');
    writeFileSync(config, '{ "epoch": 3 }');
    expect(await hint('train', '--config', config)).toContain("got 'epoch' (did you mean 'epochs'?)");
    expect(nearest('x'.repeat(1e5), ['y'])).toBe('');
    expect(nearest('zebra', ['adam', 'sgd'])).toBe('');
  });

  test('shows no character that a terminal obeys, and no more than it can show', async () => {
    const long = 'x'.repeat(200_000);
    for (const args of [
      ['train', '--data', '\u001b[2J\u001b]0;owned\u0007\u202eevil'],
      ['train', '--rule', '\u001b[31m'],
      ['train', '--\u001b[31m'],
      ['simulate', '--cost', '\u001b[31m'],
      ['simulate', '--arrivals', long],
      ['train', '--tile', `./${long}.ts`],
      ['train', '--loss', long],
      ['simulate', `--${long}`],
      ['simulate', '--capacity', long],
    ]) {
      const { code, stderr } = await forwardflow(args);
      expect(code).toBe(1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what it looks for
      expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(stderr.length).toBeLessThan(5000);
    }
    expect((await forwardflow(['train', '--rule', '\u001b[31m'])).stderr).toContain("got '\\x1b[31m'");
  });

  test('says Infinity, a key that comes twice, and what is no setting', async () => {
    const says = async (text: string) => {
      const path = join(folder, 'odd.json');
      writeFileSync(path, text);
      const { stderr } = await forwardflow(['train', '--config', path]);
      return stderr.replace(`forwardflow: config file ${path} `, '').trimEnd();
    };
    expect(await says('{ "epochs": 1, "seed": 2, "epochs": 3 }')).toBe(
      "must hold each key once; got 'epochs' twice",
    );
    expect(await says('{ "epochs": 1, "\\u0065pochs": 3 }')).toBe(
      "must hold each key once; got 'epochs' twice",
    );
    expect(await says('{ "__proto__": { "epochs": 1 } }')).toBe(
      "must hold known settings only; got '__proto__'",
    );
    expect(await says('{ "layers": 1e999 }')).toContain('; got Infinity');
    expect(await says('\ufeff{ "epochs": 0 }')).toContain('epochs must be a whole number, 1 or more; got 0');
    expect(await says('{ "data": "a\\"b: \\"data\\": {", "rule": "x" }')).toContain("rule must be 'ff'");
    const { stderr } = await forwardflow(['train', '--label-strength', '1e300']);
    expect(stderr).toBe('forwardflow: labelStrength must be a number from 0.000001 to 1000000; got 1e+300\n');
    expect((await forwardflow(['train', '--epochs', 'Infinity'])).stderr).toContain('got Infinity');
  });

  test('of LOG_LEVEL is a sentence, and its case does not matter', async () => {
    vi.stubEnv('LOG_LEVEL', 'INFO');
    expect(await forwardflow(['help', 'terms'])).toMatchObject({ code: 0, stderr: '' });
    vi.stubEnv('LOG_LEVEL', 'inof');
    expect(await forwardflow(['help', 'terms'])).toMatchObject({
      code: 1,
      stderr:
        "forwardflow: LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent; got 'inof' (did you mean 'info'?)\n",
    });
    vi.stubEnv('LOG_LEVEL', '');
    expect(await forwardflow(['help', 'terms'])).toMatchObject({ code: 0, stderr: '' });
  });
});

/** The program with its standard output closed before it prints, or on a full disk. */
function printingTo(args: readonly string[], stdout: 'closed' | number) {
  const command = ['--import', './test/loading/program.mjs', 'src/cli/main.ts', ...args];
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  if (stdout === 'closed') child.stdout?.destroy();
  return new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

describe('standard output', () => {
  test.each([
    ['simulate', '--json'],
    ['plan', '--schedule', '1f1b'],
    ['help', 'terms'],
    ['train', '--help'],
    ['train', ...small, '--runtime', 'inline', '--runs', runsFolder(), '--json'],
  ])('that is closed ends a command in silence: %s %s', async (...args) => {
    const { code, stderr } = await printingTo(args, 'closed');
    expect(stderr).not.toMatch(/EPIPE|Error|at /);
    expect(code).toBe(0);
  });

  test.runIf(existsSync('/dev/full'))('on a full disk ends it with one sentence', async () => {
    const { code, stderr } = await printingTo(['simulate', '--json'], openSync('/dev/full', 'w'));
    expect(stderr).toBe(
      'forwardflow: standard output must take what is printed; got ENOSPC: no space left on device, write\n',
    );
    expect(code).toBe(1);
  });

  test('that is read line by line is whole', async () => {
    const { ended } = started(['simulate', '--json']);
    expect(JSON.parse((await ended).stdout)).toHaveProperty('makespan');
  });
});
