import type { z } from 'zod';
import { peripheries, shown } from '../../extend.ts';
import { energyModels } from '../../report.ts';
import { namedText, notNegative, oneOf, positive, share, text, whole } from '../settings/fields.ts';
import { plainRule } from '../settings/rules.ts';
import { cellsByName, updatesByName } from './parts-by-name.ts';

const energyNames = Object.keys(energyModels) as (keyof typeof energyModels)[];

/** What `--tile crossbar` is made of: each part a name, with options behind it. */
export const analog = {
  cell: namedText('cell', 'the name of a kind of cell', Object.keys(cellsByName))
    .optional()
    .describe(
      'cells of an analog tile: a preset or a model, with options: ReRamSB or constant-step:stepSize=0.002, or ./mine.ts; all names stand in docs/analog.md (default: ideal)',
    ),
  update: namedText('update', 'the name of an update scheme', Object.keys(updatesByName))
    .optional()
    .describe(
      'how an analog tile learns: exact, frozen, per-pass, paired, net, mixed-precision, tiki-taka-v1, tiki-taka-v2 or chopped, with options: per-pass:slots=10, or ./mine.ts (default: exact)',
    ),
  io: namedText('io', 'the name of a periphery', Object.keys(peripheries))
    .optional()
    .describe(
      'converters and noise of analog reads: ideal, aihwkit, aihwkitPreset, standard or hardwareAware, with options: aihwkit:adcBits=7 (default: ideal)',
    ),
  backwardIo: namedText('backwardIo', 'the name of a periphery', Object.keys(peripheries))
    .optional()
    .describe('the same of reads backward (default: as --io, without bound management)'),
  unknown: text('unknown', 'spreads by name')
    .optional()
    .describe(
      'what nobody knows of the chip, as name=spread,…: synapseGain, nonReciprocity, neuronGain, neuronOffset, mixing, nonlinearity, deadNeurons, deadInputs, stuckCells',
    ),
  chipSeed: whole('chipSeed', 0).optional().describe('the chip: another seed, other cells (default: 0)'),
  tileRows: whole('tileRows', 1, 'input lines')
    .optional()
    .describe('input lines of one analog array; larger layers are split (default: no limit)'),
  tileColumns: whole('tileColumns', 1, 'output lines').optional().describe('output lines of one array'),
  summation: oneOf('summation', ['digital', 'analog'])
    .optional()
    .describe('partial sums of split layers: added behind the ADCs, or before them (default: digital)'),
  backwardRead: oneOf('backwardRead', ['transposed', 'model', 'random'])
    .optional()
    .describe(
      'how backprop goes back through an analog tile: by a transposed read, by the weights as they are known (physics-aware), or by a random matrix (feedback alignment) (default: transposed)',
    ),
  driftCompensation: oneOf('driftCompensation', ['none', 'global', 'per-column'])
    .optional()
    .describe('factors on outputs that make up for drift (default: none)'),
  weightScale: positive('weightScale')
    .optional()
    .describe('weights of the network over those of the cells (default: 1)'),
  restSeconds: notNegative('restSeconds')
    .optional()
    .describe('seconds that pass behind each programming of an analog tile (default: 0)'),
  programmingNoise: notNegative('programmingNoise')
    .optional()
    .describe('deviation of what programming adds to each analog weight, in units of the cells (default: 0)'),
  readBackNoise: notNegative('readBackNoise')
    .optional()
    .describe('the same of reading analog weights back, for reports and other chips (default: 0)'),
  breakShare: share('breakShare').optional().describe('share of the cells that break, keeping their weight'),
  breakAfter: whole('breakAfter', 0, 'updates').optional().describe('updates before they break (default: 0)'),
  microbatchTime: notNegative('microbatchTime')
    .optional()
    .describe('nanoseconds that pass for each microbatch: analog weights age by them (default: 0)'),
  endurance: positive('endurance')
    .optional()
    .describe('pulses that an analog cell endures, for the ledger to count against'),
  energy: oneOf('energy', energyNames)
    .optional()
    .describe('constants of the energy ledger of an analog tile: hermes or rpu-2016 (default: hermes)'),
};

export type AnalogSettings = z.infer<z.ZodObject<typeof analog>>;
const names = Object.keys(analog) as (keyof AnalogSettings)[];

type Settings = Readonly<Record<string, unknown>>;

/** Whether the tile of settings learns by pulses, which follow rate × gradient alone. */
export function sendsPulses({ tile, update = 'exact' }: Settings): boolean {
  return tile === 'crossbar' && !['exact', 'frozen'].includes(String(update).split(':')[0]);
}

/** The settings with the optimiser that a run has where nobody names one. */
export function withOptimiser<T>(settings: T): T {
  const given = settings as Settings;
  if (!('tile' in given) || given.optimiser !== undefined) return settings;
  return { ...settings, optimiser: sendsPulses(given) ? 'sgd' : 'adam' };
}

/** @throws {Error} when a part of an analog tile is given where the tile is none, or one that its optimiser does not fit */
export function mustFitTile(settings: Settings): void {
  const { tile, update, optimiser, momentum = 0 } = settings;
  if (tile === undefined) return;
  if (tile !== 'crossbar') {
    const given = names.find((name) => settings[name] !== undefined && name !== 'microbatchTime');
    if (given !== undefined)
      throw new Error(`${given} must be left out unless tile is crossbar; got ${shown(settings[given])}`);
    return;
  }
  mustHavePairs(settings);
  if (sendsPulses(settings) && (optimiser === 'adam' || momentum !== 0))
    throw new Error(
      `optimiser must be sgd without momentum with update '${update}', whose pulses follow rate × gradient alone; got ${optimiser === 'adam' ? "'adam'" : `momentum ${momentum}`}`,
    );
}

/** Positive and negative rows are there in Forward-Forward layers alone. */
function mustHavePairs({ update, rule, rules, readout }: Settings): void {
  if (String(update).split(':')[0] !== 'paired') return;
  const asked = rule === undefined ? (rules as readonly string[] | undefined) : [String(rule)];
  const without = asked?.find((one) => ['mono-forward', 'backprop', 'block-local'].includes(plainRule(one)));
  if (without !== undefined)
    throw new Error(
      `update must be another than 'paired' with rule ${without}, which has no pairs of rows; got '${update}'`,
    );
  if (readout === true)
    throw new Error(`readout must be false with update 'paired', for it has no pairs of rows; got true`);
}
