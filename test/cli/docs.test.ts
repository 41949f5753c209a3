import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const runs = runsFolder();

/** What makes any training of the pages one of a second. */
const tiny = [
  ...['--data', fixture, '--layers', '12,9', '--epochs', '1', '--limit', '200', '--microbatch', '50'],
  ...['--tile', 'plain', '--runtime', 'inline'],
];

/** The commands of a page, in their order. */
function commandsIn(page: string): string[][] {
  const text = readFileSync(join(docs, page), 'utf8');
  return [...text.matchAll(/^ {4}forwardflow (.*)$/gm)].map(([, line]) => line.split(' '));
}

/** A command of a page as it is run here; what a run folder is called is known once it is there. */
async function here([command, ...args]: readonly string[]): Promise<string[]> {
  const trains = command === 'train' || command === 'compare';
  const found = await Promise.all(
    args.map(async (arg) => {
      const [, name, file] = /^runs\/(\w+)(\/.*)$/.exec(arg) ?? [];
      if (name === undefined) return arg === 'labels.csv' ? join(runs, arg) : arg;
      const { stdout } = await forwardflow(['runs', 'show', name, '--runs', runs, '--json']);
      return join(JSON.parse(stdout).path, file);
    }),
  );
  return [command, ...found, ...(trains ? tiny : []), '--runs', runs];
}

test.each(['runs.md', 'weights.md'])('the commands of docs/%s run in their order', async (page) => {
  const commands = commandsIn(page);
  expect(commands.length).toBeGreaterThan(2);
  for (const command of commands) {
    const ended = await forwardflow(await here(command));
    expect({ command, code: ended.code, stderr: ended.stderr.replace(/^init of .*\n/gm, '') }).toEqual({
      ...{ command, code: 0, stderr: '' },
    });
  }
});

test('docs/runs.md names the columns of metrics.csv, and the files that a run folder has', () => {
  const text = readFileSync(join(docs, 'runs.md'), 'utf8');
  for (const name of ['layer_accuracy', 'positive_goodness', 'metrics.csv', 'summary.json', 'trace.json'])
    expect(text).toContain(`\`${name}\``);
});
