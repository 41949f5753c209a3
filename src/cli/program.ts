import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { pino } from 'pino';
import { calibrate } from './commands/calibrate.ts';
import { check } from './commands/check.ts';
import { compare } from './commands/compare.ts';
import { doctor } from './commands/doctor.ts';
import { plan } from './commands/plan.ts';
import { predict } from './commands/predict.ts';
import { simulate } from './commands/simulate.ts';
import { sweep } from './commands/sweep.ts';
import { train } from './commands/train.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const log = pino({ level: process.env.LOG_LEVEL ?? 'warn' }, pino.destination({ fd: 2, sync: true }));

/** Runs a command line in this process. What it comes to is in `process.exitCode`. @param args  without node and the script */
export async function runProgram(args: readonly string[]): Promise<void> {
  const program = new Command('forwardflow')
    .description(
      'Forward-Forward as a stream: each layer a worker that learns from what it sees, beside backprop pipelines',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'forwardflow: ')) });
  for (const command of [
    compare(),
    train(),
    predict(),
    plan(),
    simulate(),
    sweep(),
    calibrate(),
    check(),
    doctor(),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  await program.parseAsync(args, { from: 'user' }).catch((error: Error) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode; // it has said why
      return;
    }
    process.stderr.write(`forwardflow: ${error.message}\n`);
    log.debug(error);
    process.exitCode ||= 1;
  });
}
