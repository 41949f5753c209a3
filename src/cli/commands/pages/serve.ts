import { Command } from 'commander';
import { refusal } from '../../../extend.ts';
import { complain, printJson } from '../../outlet.ts';
import { findRun, noRun } from '../../runs/run-record.ts';
import { findStream } from '../../runs/stream-record.ts';
import { serve as run } from '../../serving/serve.ts';
import { isWatchable, watchable } from '../../serving/watchable.ts';
import { whole } from '../../settings/fields.ts';
import { parse } from '../../settings/read-settings.ts';
import { offer } from '../../setup/offered.ts';

/** `forwardflow serve`: the live page of a command, or of past runs. */
export function serve(): Command {
  const command = new Command('serve')
    .description(
      `show a live page: of a command that it starts (${watchable.join(', ')}, with their flags behind them), of RUN, or of past runs alone`,
    )
    .argument('[what...]', 'a command with its flags, or a run: its folder, or its name')
    .passThroughOptions()
    .option('--port <number>', 'the port to listen at; 0: any that is free', '0')
    .option('--host <address>', 'the address to listen at', '127.0.0.1')
    .option(
      '--allow-remote',
      'may listen where other machines reach it: whoever has the URL can read and steer',
    )
    .option('--runs <folder>', 'the folder that holds the run folders', 'runs')
    .option('--json', 'print one JSON document, { url }, on standard output, and nothing else there')
    .action(async (what: string[], { port, host, allowRemote, runs, json }) => {
      const [first, ...flags] = what;
      const watched = first !== undefined && isWatchable(first) ? [first, ...flags] : undefined;
      const asked = first !== undefined && watched === undefined ? runAsked(what, runs) : undefined;
      const serving = await run({
        ...{ host, port: parse(whole('port', 0), port, 'settings'), allowRemote: allowRemote === true },
        ...{ root: runs, command: watched, asked },
      });
      if (json) printJson({ url: serving.url });
      else process.stdout.write(`${serving.url}\n`);
      if (allowRemote) complain('whoever has this address can read and steer the run');
      await serving.ended;
    });
  offer(command, 'what', () => watchable);
  return command;
}

/** The folder of a past run. @throws {Error} when it is none of the folder that is served */
function runAsked([asked, ...others]: readonly string[], root: string): string {
  if (others.length > 0)
    throw new Error(
      refusal(
        'what is served',
        `one run, or a command (${watchable.join(', ')}) with its flags`,
        asked,
        watchable,
      ),
    );
  const record = findRun(asked, root) ?? findStream(asked, root);
  if (record !== undefined) return record.path;
  throw noRun('what is served', `a command (${watchable.join(', ')}) or a run in ${root}`, asked, root, {
    others: watchable,
  });
}
