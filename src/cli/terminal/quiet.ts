import type { Command } from 'commander';
import { terminal } from './screen.ts';

/** Gives a command the flag that leaves out all that is neither an error nor the result. */
export function quietFlag(command: Command): Command {
  return command
    .option('--quiet', 'show no progress and no remarks: errors and the result only')
    .hook('preAction', (_, asked) => {
      terminal().quiet = asked.opts<{ readonly quiet?: true }>().quiet === true;
      // it is no setting, and may stand beside a run that is resumed
      asked.setOptionValue('quiet', undefined);
    });
}
