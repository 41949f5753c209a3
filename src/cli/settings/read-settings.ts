import { type Command, Option } from 'commander';
import { z } from 'zod';
import { shown } from '../../extend.ts';
import { mustFitTile, withOptimiser } from '../analog/analog-settings.ts';
import { withMembers } from '../members/members.ts';
import { offer } from '../setup/offered.ts';
import { wordsOfSetting } from '../setup/words-of-schema.ts';
import { mustFitBlocks } from '../values/blocks.ts';
import { mustFitSelection } from '../values/selections.ts';
import { withDataPath } from './data-fields.ts';
import { text, unknownSetting } from './fields.ts';
import { withoutComments } from './files/json-comments.ts';
import { pathOfRecipe } from './files/recipes.ts';
import { parseJson, readText } from './files/text-file.ts';
import { mustFitMembers, withUnits } from './member-settings.ts';
import { isImageNegatives, learnsOf, rules } from './rules.ts';
import { mustFitSeeds } from './run-settings.ts';
import { loadSchedule, scheduleNamed } from './schedules.ts';
import { settingsOf, settingsOnlyOf, usualRunning } from './train-settings.ts';
import { mustFitRuntime } from './virtual-machine.ts';

const schemaName = text('$schema', 'the path or address of a schema').optional();

/** Settings whose flag may be given several times: semicolons between, in a file. */
const repeated = new Set(['costOf', 'fullEdge', 'gate', 'shift']);

/** Adds one flag for each setting to a command: `--learning-rate` for learningRate. */
export function addFlags(command: Command, schema: z.ZodObject): Command {
  for (const [key, field] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    offer(command, flag, () => wordsOfSetting(schema, key));
    const value = field.safeParse(undefined).data;
    if (value === true) {
      // both, for `--no-` alone would say true over a config file's false; what is shown and described is `--no-`
      command.addOption(new Option(flag).hideHelp());
      command.option(flag.replace('--', '--no-'), field.description);
      continue;
    }
    if (field instanceof z.ZodOptional && field.unwrap() instanceof z.ZodBoolean) {
      // left out it is neither: what it depends on says
      command.option(flag, field.description);
      command.addOption(new Option(flag.replace('--', '--no-')).hideHelp());
      continue;
    }
    if (repeated.has(key) && value === undefined) {
      const join = (one: string, before?: string): string =>
        before === undefined ? one : `${before};${one}`;
      command.option(`${flag} <value>`, field.description ?? '', join);
      continue;
    }
    const stands = value === undefined || value === false ? '' : ` (default: ${value})`;
    command.option(typeof value === 'boolean' ? flag : `${flag} <value>`, `${field.description}${stands}`);
  }
  return command.option('--config <file>', 'settings as JSON, with comments or without; flags override it');
}

/**
 * The settings that flags, a config file and a recipe make together: in this order, then the defaults.
 *
 * @throws {Error} one sentence for the first setting that is unknown or breaks its rule
 */
export async function readSettings<S extends z.ZodObject>(
  schema: S,
  flags: Readonly<Record<string, unknown>>,
): Promise<z.infer<S>> {
  const { config, recipe, ...given } = flags;
  const known = Object.fromEntries(Object.entries(given).filter(([key]) => key in schema.shape));
  const base = recipe === undefined ? {} : await readConfig(pathOfRecipe(String(recipe)));
  const file = config === undefined ? {} : await readConfig(String(config));
  const parsed = parse(
    schema,
    { ...base, ...file, ...known },
    [recipe && `recipe ${recipe}`, config && `config file ${config}`].filter(Boolean).join(' and ') ||
      'settings',
  );
  const read = await withOwnMembers(parsed);
  const settings = withDataPath(
    withUnits(withOptimiser(read), 'layers' in base || 'layers' in file || 'layers' in known),
  );
  refuseForeign(settings, schema);
  mustFitBlocks(settings);
  mustFitNegatives(settings);
  mustFitEvaluation(settings);
  mustFitSchedule(settings);
  mustFitRuntime(settings);
  mustFitSeeds(settings);
  mustFitMembers(settings, schema);
  mustFitTile(settings);
  mustFitSelection(settings);
  return settings;
}

export function parse<S extends z.ZodType>(schema: S, value: unknown, of: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue.code === 'unrecognized_keys')
    throw unknownSetting(of, issue.keys[0], schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);
  throw new Error(issue.message);
}

/** The settings that a file holds, as JSON with or without comments, not yet checked: without the name of its schema. */
export async function readConfig(path: string, kind = 'config file'): Promise<Record<string, unknown>> {
  const thing = `${kind} ${path}`;
  const object = z.record(z.string(), z.unknown(), { error: () => `${thing} must hold an object` });
  const json = withoutComments(await readText(path, thing));
  const { $schema, ...settings } = parse(object, parseJson(json, thing), path);
  parse(schemaName, $schema, path);
  return settings;
}

/** Lagged negatives have a lag and someone who scores; others have none. */
function mustFitNegatives({ negatives, lag, readout }: Readonly<Record<string, unknown>>): void {
  const lagged = String(negatives).startsWith('lagged');
  if (lag !== undefined && !lagged)
    throw new Error(`lag must be left out with negatives '${negatives}'; got ${lag}`);
  const read = negatives === 'lagged-readout' || isImageNegatives(String(negatives));
  if (read && readout !== true)
    throw new Error(`readout must be true with negatives '${negatives}'; got ${readout}`);
}

/** What is predicted on the way is what is held out, or every sample, or some of them. */
function mustFitEvaluation(settings: Readonly<Record<string, unknown>>): void {
  const { heldOut, evaluateEvery, prequential, running } = settings;
  if (prequential === true && running !== usualRunning)
    throw new Error(`running must be left out with prequential, which predicts every sample; got ${running}`);
  if (heldOut === 0 && evaluateEvery !== 1)
    throw new Error(`evaluateEvery must be left out without heldOut; got ${evaluateEvery}`);
}

/** The settings with every member read that is a module of somebody's own. */
export async function withOwnMembers<T>(settings: T): Promise<T> {
  const read = await withMembers(settings);
  const { schedule } = read as { readonly schedule?: unknown };
  if (typeof schedule === 'string') await loadSchedule(schedule);
  return read;
}

/** A schedule serves a rule that is trained, and one that does not flush has nothing to flush. */
function mustFitSchedule({
  schedule,
  flush = 1,
  rule,
  rules: several,
}: Readonly<Record<string, unknown>>): void {
  if (typeof schedule !== 'string' || (rule === undefined && several === undefined)) return;
  const { updates, serves, goesBackBy } = scheduleNamed(schedule).schedule;
  const asked = (rule === undefined ? several : [rule]) as string[];
  const served = asked.some((one) => serves.includes(learnsOf(one)));
  if (schedule !== 'blocking' && !served)
    throw new Error(
      `schedule must serve rule ${asked.join(' or ')}; got '${schedule}', for layers that learn ${serves}`,
    );
  const gathers = updates === 'flush' || (updates === 'window' && goesBackBy === 'newest');
  if (!gathers && flush !== 1)
    throw new Error(`flush must be 1 or left out with schedule '${schedule}'; got ${flush}`);
}

function servesLocally(schedule: unknown): boolean {
  return scheduleNamed(String(schedule)).schedule.serves.includes('locally');
}

/** What belongs to a rule that isn't there must stand at its default. */
function refuseForeign(settings: Readonly<Record<string, unknown>>, { shape }: z.ZodObject): void {
  const { rule, rules: several } = settings;
  const asked = rule === undefined ? several : [rule];
  if (!Array.isArray(asked)) return;
  const meant = asked.flatMap((one: string) => settingsOf(one));
  for (const absent of rules.filter((one) => !asked.includes(one))) {
    const foreign = settingsOnlyOf[absent].find(
      (key) =>
        !meant.includes(key) &&
        settings[key] !== undefined &&
        settings[key] !== (shape[key] as z.ZodType).safeParse(undefined).data &&
        !(key === 'learningRate' && rule !== undefined) &&
        !(key === 'schedule' && servesLocally(settings[key])),
    );
    if (foreign === undefined) continue;
    const of = `rule${asked.length === 1 ? '' : 's'} ${asked.join(', ')}`;
    throw new Error(`${foreign} must be left out with ${of}; got ${shown(settings[foreign])}`);
  }
}
