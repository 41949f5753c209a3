import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};

// npm gives a script to sh, which would run what stands between backticks and put nothing for a `$` it does not know.
test.each(Object.entries(scripts))('npm run %s has nothing for the shell to replace', (_, script) => {
  expect(script).not.toMatch(/[`$]/);
});
