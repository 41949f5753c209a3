import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const loading = new URL('../loading/program.mjs', import.meta.url).href;

const anywhere = ['finish', 'throw', 'unsubscribe', 'unsubscribe-at-once', 'unsubscribe-while-made', 'abort'];
const endings = [
  ...anywhere.map((what) => [what, 'inline']),
  ...[...anywhere, 'exit', 'stuck'].map((what) => [what, 'workers']),
];

test.each(endings)('nothing keeps the process alive after: %s, %s', async (what, where) => {
  const child = spawn(
    process.execPath,
    ['--import', loading, fileURLToPath(new URL('./exit.ts', import.meta.url)), what, where],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  // one that stays alive ends by this signal, and so without a status
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  expect(out).toContain('over');
  expect(code).toBe(0);
});
