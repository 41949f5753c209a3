import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { forwardflow, runsFolder } from '../forwardflow.ts';

const installed = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).error === undefined;
const shells = ['bash', 'zsh', 'fish'].filter((shell) => {
  if (installed(shell)) return true;
  console.log(`completion by ${shell} is not tested: it is not installed`);
  return false;
});

const folder = runsFolder();
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout, stderr } = await forwardflow(['completion', shell]);
    expect([code, stderr]).toEqual([0, '']);
    writeFileSync(join(folder, `script.${shell}`), stdout);
  }
  for (const [name, config] of [
    ['2026-01-01-train', '{\n  "name": "my $(touch bad) run",\n  "seed": 1\n}'],
    ['2026-01-02-train', '{\n  "seed": 1\n}'],
  ]) {
    mkdirSync(join(folder, 'runs', name), { recursive: true });
    writeFileSync(join(folder, 'runs', name, 'config.json'), config);
  }
  mkdirSync(join(folder, 'others/2026-05-05-train'), { recursive: true });
});

/** What a shell offers where the line ends. */
function offers(shell: string, line: string): string[] {
  const words = line.split(' ');
  const script = join(folder, `script.${shell}`);
  const asked: Readonly<Record<string, string>> = {
    bash: `source ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _forwardflow; printf '%s\\n' "\${COMPREPLY[@]}"`,
    zsh: `compdef() { }; compadd() { local all=("$@"); [[ $1 == -a ]] && all=(\${(P)2}); [[ $1 == -- ]] && shift && all=("$@"); print -rl -- \${(M)all:#$words[CURRENT]*} }; _describe() { local all=(\${\${(P)2}%%:*}); print -rl -- \${(M)all:#$words[CURRENT]*} }; compset() { false }; _files() { }; source ${script}; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _forwardflow`,
    fish: `source ${script}; complete -C '${line}' | string split -f1 \\t`,
  };
  const ended = spawnSync(shell, ['-c', asked[shell]], { cwd: folder, encoding: 'utf8' });
  expect(ended.stderr).toBe('');
  return ended.stdout.split('\n').filter((word) => word !== '');
}

describe.each(shells)('%s offers', (shell) => {
  test.each([
    ['forwardflow co', ['compare', 'completion']],
    ['forwardflow train --learn', ['--learning-rate']],
    ['forwardflow compare --mono', ['--mono-forward-learning-rate']],
    ['forwardflow train --rule mono', ['mono-forward', 'mono-forward-selective']],
    ['forwardflow train --tile b', ['blas']],
    ['forwardflow train --loss s', ['swish', 'symba']],
    ['forwardflow simulate --schedule zb-h', ['zb-h1', 'zb-h2']],
    ['forwardflow train --runtime v', ['virtual']],
    ['forwardflow init s', ['simulate', 'stress', 'sweep']],
    ['forwardflow export --as p', ['parquet', 'pytorch']],
    ['forwardflow check --family lay', ['layer']],
    ['forwardflow sweep --sort mak', ['makespan']],
    ['forwardflow suggest --rules mono', ['mono-forward']],
    ['forwardflow predict --by g', ['goodness']],
    ['forwardflow age --cell ReRamA', ['ReRamArrayHfO2', 'ReRamArrayOM']],
    ['forwardflow train --update tiki', ['tiki-taka-v1', 'tiki-taka-v2']],
    ['forwardflow train --io hard', ['hardwareAware']],
    ['forwardflow train --recipe stand', ['standard', 'standard-mono-forward']],
    ['forwardflow train --data fa', ['fashion']],
    ['forwardflow stress --source h', ['hyperplane']],
    ['forwardflow stress --full drop', ['drop-newest', 'drop-oldest']],
    ['forwardflow stress --detectors k', ['kswin']],
    ['forwardflow runs sh', ['show']],
    ['forwardflow serve st', ['stress']],
    ['forwardflow help t', ['terms']],
  ])('for %j: %j', (line, words) => {
    expect(offers(shell, line).sort()).toEqual(words);
  });
});

describe.skipIf(!shells.includes('bash'))('bash', () => {
  test('offers runs by their folders and their names, and runs nothing that a name says', () => {
    expect(offers('bash', 'forwardflow predict 2026')).toEqual(['2026-01-01-train', '2026-01-02-train']);
    expect(offers('bash', 'forwardflow runs show my')).toEqual(['my\\ \\$\\(touch\\ bad\\)\\ run']);
    expect(offers('bash', 'forwardflow predict --runs others 2026')).toEqual(['2026-05-05-train']);
    expect(offers('bash', 'forwardflow train --resume 2026-01-02')).toEqual(['2026-01-02-train']);
    expect(offers('bash', 'ls ba')).toEqual([]);
  });

  test('completes behind a comma and behind =', () => {
    expect(offers('bash', 'forwardflow compare --rules ff,back')).toEqual([
      'ff,backprop',
      'ff,backprop-selective',
    ]);
    expect(offers('bash', 'forwardflow train --decay = cos')).toEqual(['cosine']);
  });

  test('is left to name files where a flag takes one', () => {
    expect(offers('bash', 'forwardflow train --config mine')).toEqual([]);
  });
});

test('a shell without a script is refused', async () => {
  const { code, stderr } = await forwardflow(['completion', 'bsh']);
  expect([code, stderr]).toEqual([
    1,
    "forwardflow: shell must be one of bash, zsh, fish; got 'bsh' (did you mean 'bash'?)\n",
  ]);
});
