import { Command } from 'commander';
import { explainText } from '../../analog/explain-text.ts';
import { explained } from '../../analog/explained.ts';
import { print, printJson } from '../../outlet.ts';
import { addFlags, readSettings } from '../../settings/read-settings.ts';
import { pipelineFlags, trainSettings } from '../../settings/train-settings.ts';
import { endOnSignals } from '../../signals.ts';

/** `forwardflow explain`: what an analog configuration means, before anybody trains by it. */
export function explain(): Command {
  const command = new Command('explain')
    .description(
      'say what an analog configuration means to an engineer: effective bits, states, pulses an update, what is clipped, energy; and warn of the usual mistakes. A few microbatches are trained for it',
    )
    .argument('[config]', 'settings as JSON, as train takes them; flags override it');
  return addFlags(command, pipelineFlags)
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async (file: string | undefined, { json, ...flags }) => {
      endOnSignals();
      if (file !== undefined && flags.config !== undefined)
        throw new Error(`config must be given once; got '${file}' and '${flags.config}'`);
      const given = { tile: 'crossbar', ...flags, ...(file !== undefined && { config: file }) };
      const settings = await readSettings(trainSettings, given);
      if (settings.tile !== 'crossbar')
        throw new Error(`tile must be crossbar to be explained; got '${settings.tile}'`);
      const document = await explained(settings);
      if (json) printJson(document);
      else print(`${explainText(document)}\n`);
    });
}
