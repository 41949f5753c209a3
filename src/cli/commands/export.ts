import { relative } from 'node:path';
import { Command } from 'commander';
import { exports, type WrittenFile, writeExport } from '../../report.ts';
import { foundRun } from '../exporting/found-run.ts';
import { print, printJson } from '../outlet.ts';
import { oneOf, text } from '../settings/fields.ts';
import { parse } from '../settings/read-settings.ts';
import { offer } from '../setup/offered.ts';
import { endOnSignals } from '../signals.ts';

const names = exports.map(({ name }) => name);
/** files that are listed for people */
const most = 30;

/** `forwardflow export`: files of a run that other tools open. */
export function exportRun(): Command {
  const command = new Command('export')
    .description(
      `write what a run has left as files for other tools: ${exports.map(({ name, readers }) => `${name} (${readers})`).join('; ')}`,
    )
    .argument(
      '<run>',
      'a run folder of train, compare or stress, its name in --runs, or the name that --name gave it',
    )
    .requiredOption('--as <form>', names.join(', '))
    .requiredOption('--out <folder>', 'the folder that takes the files; it is made where it is missing')
    .option('--force', 'replace files that are there')
    .option('--runs <folder>', 'the folder that holds the run folders', 'runs')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async (asked: string, { as, out, force = false, runs: root, json }: Record<string, unknown>) => {
      endOnSignals();
      const name = parse(oneOf('as', names), as, 'settings');
      const folder = parse(text('out', 'the path of a folder'), out, 'settings');
      const form = exports.find((one) => one.name === name) as (typeof exports)[number];
      const run = await foundRun(asked, String(root));
      const files = await writeExport(folder, await form.files(run), force === true);
      if (json) printJson({ run: run.folder, as: name, out: folder, files });
      else print(`${[folder, ...listed(files, folder)].join('\n')}\n`);
    });
  offer(command, '--as', () => names);
  return command;
}

/** A line a file, the first of many. */
function listed(files: readonly WrittenFile[], folder: string): string[] {
  const lines = files
    .slice(0, most)
    .map(({ path, bytes }) => `  ${relative(folder, path)}  ${bytes.toLocaleString('en-US')} bytes`);
  const more = files.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}
