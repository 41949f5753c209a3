import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { Logger } from 'pino';
import { age } from './commands/analog/age.ts';
import { cell } from './commands/analog/cell.ts';
import { explain } from './commands/analog/explain.ts';
import { transplant } from './commands/analog/transplant.ts';
import { calibrate } from './commands/calibrate.ts';
import { check } from './commands/check.ts';
import { compare } from './commands/compare.ts';
import { data } from './commands/data.ts';
import { doctor } from './commands/doctor.ts';
import { exportRun } from './commands/export.ts';
import { report } from './commands/pages/report.ts';
import { serve } from './commands/pages/serve.ts';
import { plan } from './commands/plan.ts';
import { predict } from './commands/predict.ts';
import { runs } from './commands/runs.ts';
import { completion } from './commands/setup/completion.ts';
import { init } from './commands/setup/init.ts';
import { schema } from './commands/setup/schema.ts';
import { simulate } from './commands/simulate.ts';
import { stress } from './commands/stress.ts';
import { suggest } from './commands/suggest.ts';
import { sweep } from './commands/sweep.ts';
import { train } from './commands/train.ts';
import { groupHelp, helpAsked, terms } from './help.ts';
import { logger } from './log.ts';
import { complain, endWithOutput, errorText } from './outlet.ts';
import { terminal } from './terminal/screen.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Runs a command line in this process. What it comes to is in `process.exitCode`. @param args  without node and the script */
export async function runProgram(args: readonly string[]): Promise<void> {
  endWithOutput();
  terminal().quiet = false;
  let log: Logger | undefined;
  try {
    log = logger();
    if (args[0] === 'help' && args[1] === 'terms') process.stdout.write(terms());
    else await program(args);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode; // it has said why
      return;
    }
    complain((error as Error).message);
    log?.debug(error);
    process.exitCode ||= 1;
  }
}

async function program(args: readonly string[]): Promise<void> {
  const { full, rest } = helpAsked(args);
  const program = new Command('forwardflow')
    .description(
      'Forward-Forward as a stream: each layer a worker that learns from what it sees, beside backprop pipelines',
    )
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 80 })
    .configureOutput({
      outputError: (text, write) =>
        write(`${errorText(text.replace(/^error: /, 'forwardflow: ').trimEnd())}\n`),
    })
    .addHelpText(
      'after',
      '\nThe flags of a command: forwardflow train --help, or --help all.\nWhat the words mean: forwardflow help terms.',
    );
  for (const make of [
    ...[
      compare,
      train,
      predict,
      report,
      exportRun,
      runs,
      serve,
      data,
      plan,
      simulate,
      stress,
      suggest,
      sweep,
      calibrate,
      check,
      doctor,
    ],
    ...[explain, cell, age, transplant],
    ...[schema, init, completion],
  ]) {
    const command = make();
    groupHelp(command.copyInheritedSettings(program), full);
    program.addCommand(command);
  }
  await program.parseAsync(rest, { from: 'user' });
}
