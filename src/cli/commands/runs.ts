import { Command } from 'commander';
import { mustBeOneOf } from '../../extend.ts';
import { type StressReport, stressText, wrapped } from '../../report.ts';
import { textOf } from '../running/output.ts';
import { accuracyOf, figuresOf } from '../runs/accuracies.ts';
import { comparedText, compareRuns } from '../runs/compare-runs.ts';
import { removable, removeRun } from '../runs/remove-run.ts';
import { findRun, type RunRecord, recordNamed, recordsIn } from '../runs/run-record.ts';
import { ageText, runsTable } from '../runs/runs-text.ts';
import { figuresOfStream, findStream, type StreamRecord, streamsIn } from '../runs/stream-record.ts';
import { trainSettings } from '../settings/train-settings.ts';
import { offer } from '../setup/offered.ts';
import { stressSettings } from '../stressing/stress-settings.ts';

/** What each action takes, and what it prints. */
const actions = {
  list: { takes: 0, most: 0, act: list },
  show: { takes: 1, most: 1, act: show },
  compare: { takes: 2, most: 2, act: compare },
  rm: { takes: 1, most: Number.POSITIVE_INFINITY, act: remove },
} as const;

const names = Object.keys(actions);

interface Printed {
  readonly document: object;
  readonly text: string;
}

/** `forwardflow runs`: the runs and streams of a folder; one of them; two of them side by side; or away with some. */
export function runs(): Command {
  const command = new Command('runs')
    .description(
      'list the runs of a folder; show RUN; compare A B; or rm RUN…, which asks nothing. RUN is the path of a run folder, its name in the folder, or the name that --name gave it',
    )
    .argument('[action]', 'list, show, compare or rm', 'list')
    .argument('[run...]', 'the runs that it is about')
    .option('--runs <folder>', 'the folder that holds the run folders', 'runs')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action((action: string, asked: string[], { runs: root, json }: { runs: string; json?: true }) => {
      mustBeOneOf(action, names, 'action', `${names.join(', ')} or left out`);
      const { takes, most, act } = actions[action as keyof typeof actions];
      if (asked.length < takes || asked.length > most)
        throw new Error(`runs ${action} must be given ${countText(takes, most)}; got ${asked.length}`);
      const { document, text } = act(asked, root);
      process.stdout.write(json ? `${JSON.stringify(document)}\n` : `${wrapped(text)}\n`);
    });
  offer(command, 'action', () => names);
  return command;
}

function countText(takes: number, most: number): string {
  if (most === 0) return 'no run';
  if (takes === most) return takes === 1 ? 'one run' : `${takes} runs`;
  return 'one run or more';
}

function list(_: readonly string[], root: string): Printed {
  const [records, streams] = [recordsIn(root), streamsIn(root)];
  const none = records.length + streams.length === 0;
  return {
    document: { root, runs: records.map(briefly), streams: streams.map(brieflyStream) },
    text: none ? `no runs in ${root}` : runsTable(records, streams),
  };
}

function show([asked]: readonly string[], root: string): Printed {
  const stream = findRun(asked, root) === undefined ? findStream(asked, root) : undefined;
  if (stream !== undefined) return showStream(stream);
  const record = recordNamed(asked, root);
  const { command, settings, summary } = record;
  const end =
    summary === null ? 'It has no summary: it goes on, or its process was killed.' : textOf(summary, []);
  return {
    document: { ...briefly(record), settings, summary },
    text: [...headOf(record, command, trainSettings.shape), '', end.trimEnd()].join('\n'),
  };
}

function showStream(stream: StreamRecord): Printed {
  const { settings, report } = stream;
  const end =
    report === null
      ? 'It has no report: it goes on, or its process was killed.'
      : stressText(report as unknown as StressReport);
  return {
    document: { ...brieflyStream(stream), settings, report },
    text: [...headOf(stream, 'stress', stressSettings.shape), '', end.trimEnd()].join('\n'),
  };
}

/** Name and folder, and the settings that are not the default. */
function headOf(
  { name, folder, state, ageSeconds, settings }: RunRecord | StreamRecord,
  command: string,
  fields: Fields,
): string[] {
  return [
    ...(name === null ? [] : [name]),
    `${folder}: ${command}, ${state}, ${ageText(ageSeconds)} ago`,
    ...Object.entries(settings)
      .filter(([key, value]) => key !== 'name' && !isDefault(fields[key], value))
      .map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ];
}

function compare([a, b]: readonly string[], root: string): Printed {
  for (const asked of [a, b])
    if (findRun(asked, root) === undefined && findStream(asked, root) !== undefined)
      throw new Error(`run to compare must be of train or compare; got '${asked}', a stream of stress`);
  const [one, two] = [recordNamed(a, root), recordNamed(b, root)];
  return { document: compareRuns(one, two), text: comparedText(one, two) };
}

/** All are looked at before any is removed. */
function remove(asked: readonly string[], root: string): Printed {
  const records = asked.map((one) => removable(one, root));
  for (const record of records) removeRun(record);
  const removed = records.map(({ path }) => path);
  return { document: { removed }, text: removed.map((path) => `removed ${path}`).join('\n') };
}

/** What the list says of a run. */
function briefly(record: RunRecord) {
  const { settings: _, summary: __, ...rest } = record;
  const figures = figuresOf(record).map((one) => ({ ...one, accuracy: accuracyOf(one)?.mean ?? null }));
  return { ...rest, figures };
}

function brieflyStream(stream: StreamRecord) {
  const { settings: _, report: __, ...rest } = stream;
  return { ...rest, command: 'stress', figures: figuresOfStream(stream) };
}

/** A command's settings, each with its rule. */
type Fields = Readonly<Record<string, { safeParse(value: unknown): { data?: unknown } } | undefined>>;

function isDefault(field: Fields[string], value: unknown): boolean {
  return field !== undefined && JSON.stringify(field.safeParse(undefined).data) === JSON.stringify(value);
}
