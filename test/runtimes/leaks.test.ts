import { existsSync, readdirSync } from 'node:fs';
import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { run } from '../../src/run/run.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { type Trouble, troubled } from './members.ts';
import { uniform } from './runs.ts';

const linux = existsSync('/proc/self/task');
const threads = () => readdirSync('/proc/self/task').length;
const files = () => readdirSync('/proc/self/fd').length;

const second = (trouble: Trouble) => ({
  ...uniform,
  layers: uniform.layers.map((layer, i) => (i === 1 ? troubled(layer, trouble) : layer)),
});

const failure = (trouble: Trouble): Promise<string> =>
  lastValueFrom(run(second(trouble), workers())).then(
    () => 'none',
    (error: Error) => error.message,
  );

test.runIf(linux).each(['rejection', 'exception', 'exit'] as const)(
  'runs whose thread ends by an %s leave no thread and no file behind',
  async (kind) => {
    expect(await failure({ at: 5, with: kind })).toMatch(
      /^stage 1.*its thread died before its work was done/,
    );
    const before = { threads: threads(), files: files() };
    for (let i = 0; i < 3; i++) await failure({ at: 5, with: kind });
    expect(threads()).toBeLessThanOrEqual(before.threads);
    expect(files()).toBeLessThanOrEqual(before.files + 1);
  },
);
