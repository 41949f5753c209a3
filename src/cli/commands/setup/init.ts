import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { nearestPath, shown } from '../../../extend.ts';
import { print } from '../../outlet.ts';
import { configSchema, mustHaveSchema, withSchema } from '../../setup/config-schema.ts';
import { offer } from '../../setup/offered.ts';
import { startingConfig } from '../../setup/starting-config.ts';

/** `forwardflow init`: a config file to begin with, and its schema beside it. */
export function init(): Command {
  const command = new Command('init')
    .description(
      'write a config file with comments to begin with, and beside it the schema that editors complete it by',
    )
    .argument('[command]', `whose settings: ${withSchema.join(', ')}`, 'train')
    .option('--out <file>', 'the config file', 'forwardflow.jsonc')
    .option('--force', 'overwrite files that exist')
    .action((command: string, { out, force }: { readonly out: string; readonly force?: true }) => {
      mustHaveSchema(command);
      const schemaFile = join(dirname(out), `forwardflow.${command}.schema.json`);
      const files = [
        [out, startingConfig(command, `./${basename(schemaFile)}`)],
        [schemaFile, `${JSON.stringify(configSchema(command), null, 2)}\n`],
      ] as const;
      for (const [path, text] of files) if (!force) mustBeFree(path, text);
      for (const [path, text] of files) write(path, text);
      print(`wrote ${out} and its schema ${schemaFile}\nrun it: forwardflow ${command} --config ${out}\n`);
    });
  offer(command, 'command', () => withSchema);
  return command;
}

function mustBeFree(path: string, text: string): void {
  if (!existsSync(path) || readText(path) === text) return;
  throw new Error(`out must be a new file unless --force is given; got ${shown(path)}, which exists`);
}

/** The text of a file; undefined where it can't be read. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Error(
      `out must be a file that can be written; got ${(error as Error).message}${nearestPath(dirname(path), { folders: true })}`,
    );
  }
}
