import { Command } from 'commander';
import { columns, nameOfRule, writeWhole } from '../../../report.ts';
import { type ArmOnCell, armsOnCell } from '../../analog/cell/arms-on-cell.ts';
import { fitPicture } from '../../analog/cell/fit-picture.ts';
import { type FittedCell, fittedCell } from '../../analog/cell/fitted-cell.ts';
import { measuredCell } from '../../analog/cell/measured-cell.ts';
import { accuracy } from '../../analog/figures.ts';
import { complain, print, printJson } from '../../outlet.ts';
import { whole } from '../../settings/fields.ts';
import { parse } from '../../settings/read-settings.ts';
import { endOnSignals } from '../../signals.ts';

/** of the trial networks, where nobody says */
const usual = { layers: '64,64', epochs: '2', limit: '5000' };

/** `forwardflow cell`: my measured cell, my array: which rule learns best on it? */
export function cell(): Command {
  return new Command('cell')
    .description(
      'fit a measured cell, a table of pulse numbers and conductances, and train a small network on such cells by each rule and update scheme',
    )
    .argument('<table>', 'CSV: pulse, conductance; or pulse, conductance, up|down; or pulse, up, down')
    .option('--nodes <value>', 'nodes of the piecewise model (default: 8)')
    .option(
      '--with <options>',
      'further options of the cell: stepSpread=0.3,upperBoundSpread=0.1 (default: all cells are alike)',
    )
    .option('--no-train', 'fit only')
    .option('--data <value>', 'data to learn from (default: mnist)')
    .option('--layers <value>', `units of the hidden layers (default: ${usual.layers})`)
    .option('--epochs <value>', `passes over the samples (default: ${usual.epochs})`)
    .option('--limit <value>', `learn only from this many samples (default: ${usual.limit})`)
    .option('--io <value>', 'converters and noise of the array (default: ideal)')
    .option('--chip-seed <value>', 'the chip (default: 0)')
    .option('--seed <value>', 'seed of all other draws (default: 1)')
    .option('--out <file>', 'write the tile as settings that train takes by --config')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async (path: string, { json, nodes, with: more = '', train, out, ...flags }) => {
      endOnSignals();
      const measured = await measuredCell(path);
      const fitted = await fittedCell(
        measured,
        parse(whole('nodes', 2).default(8), nodes, 'settings'),
        String(more),
      );
      if (out !== undefined) await writeWhole(out, [`${JSON.stringify(configOf(fitted, flags))}\n`]);
      if (!json) print(`${fitText(fitted)}\n\n${fitPicture(measured, fitted.curve)}\n\n`);
      const tell = (arm: ArmOnCell): void => complain(`${armName(arm)}: ${accuracy(arm.testAccuracy)}`);
      const arms = train ? await armsOnCell(fitted.cell, { ...usual, ...flags }, tell) : [];
      if (json) printJson(documentOf(fitted, arms));
      else if (arms.length > 0) print(`${armsText(arms)}\n`);
    });
}

function configOf({ cell: text }: FittedCell, { io, chipSeed }: Readonly<Record<string, unknown>>): object {
  return {
    tile: 'crossbar',
    cell: text,
    ...(io !== undefined && { io }),
    ...(chipSeed !== undefined && { chipSeed: Number(chipSeed) }),
  };
}

function documentOf({ fits, stepNoise, cell: text }: FittedCell, arms: readonly ArmOnCell[]): object {
  const { lowest, highest, piecewise, softBounds, exponential } = fits;
  return { cell: text, lowest, highest, stepNoise, fits: { piecewise, softBounds, exponential }, arms };
}

function fitText({ fits, stepNoise, cell: text }: FittedCell): string {
  const rows = [
    ['piecewise', fits.piecewise],
    ['soft bounds', fits.softBounds],
    ['exponential', fits.exponential],
  ] as const;
  const lines = rows.map(([name, { error, options }]) => [
    name,
    accuracy(error),
    String(Math.round(2 / (options.stepSize ?? Number.NaN))),
  ]);
  return [
    columns(['model', 'error, RMS of the range', 'pulses from end to end'], lines),
    stepNoise === null
      ? 'noise from pulse to pulse: too few neighbouring pulses were measured to tell'
      : `noise from pulse to pulse: ${accuracy(stepNoise)} of a pulse at most, for noise of the measurement is in it`,
    `--cell ${text}`,
  ].join('\n');
}

function armsText(arms: readonly ArmOnCell[]): string {
  const lines = arms.map(({ rule, update, learningRate, testAccuracy }) => [
    nameOfRule(rule),
    update,
    String(learningRate),
    accuracy(testAccuracy),
  ]);
  const [best] = arms;
  return [
    columns(['rule', 'update', 'learning rate', 'test accuracy'], lines),
    `Best on this cell: ${armName(best)}. One chip and one seed; each arm's learning rate is the best of four on samples held out.`,
  ].join('\n');
}

const armName = ({ rule, update }: ArmOnCell): string => `${nameOfRule(rule)} by ${update}`;
