import { Command } from 'commander';
import { configSchema, mustHaveSchema, withSchema } from '../../setup/config-schema.ts';
import { offer } from '../../setup/offered.ts';

/** `forwardflow schema`: what a config file may hold, for editors and other checkers. */
export function schema(): Command {
  const command = new Command('schema')
    .description('print the JSON Schema (draft 2020-12) of config files: of all commands, or of one')
    .argument('[command]', `whose settings: ${withSchema.join(', ')}`)
    .action((command?: string) => {
      if (command !== undefined) mustHaveSchema(command);
      process.stdout.write(`${JSON.stringify(configSchema(command), null, 2)}\n`);
    });
  offer(command, 'command', () => withSchema);
  return command;
}
