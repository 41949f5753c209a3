import { Command } from 'commander';
import { mustBeOneOf } from '../../../extend.ts';
import { commandWords } from '../../setup/command-words.ts';
import { offer } from '../../setup/offered.ts';
import { bash } from '../../setup/shells/bash.ts';
import { fish } from '../../setup/shells/fish.ts';
import { zsh } from '../../setup/shells/zsh.ts';

const shells = { bash, zsh, fish };
const names = Object.keys(shells);

/** `forwardflow completion`: a script by which a shell completes commands, flags, values and the names of runs. */
export function completion(): Command {
  const command = new Command('completion')
    .description('print a script by which a shell completes commands, flags, values and names of runs')
    .argument('<shell>', `${names.join(', ')}: source <(forwardflow completion bash)`)
    .action((shell: string) => {
      mustBeOneOf(shell, names, 'shell');
      process.stdout.write(shells[shell as keyof typeof shells](commandWords(command.parent ?? command)));
    });
  offer(command, 'shell', () => names);
  return command;
}
