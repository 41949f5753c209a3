import { Command } from 'commander';
import { mustBeOneOf } from '../../extend.ts';
import { wrapped } from '../../report.ts';
import { textOf } from '../running/output.ts';
import { accuracyOf, figuresOf } from '../runs/accuracies.ts';
import { comparedText, compareRuns } from '../runs/compare-runs.ts';
import { removable, removeRun } from '../runs/remove-run.ts';
import { type RunRecord, recordNamed, recordsIn } from '../runs/run-record.ts';
import { ageText, runsTable } from '../runs/runs-text.ts';
import { trainSettings } from '../settings/train-settings.ts';
import { offer } from '../setup/offered.ts';

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

/** `forwardflow runs`: the runs of a folder; one of them; two of them side by side; or away with some. */
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
  const records = recordsIn(root);
  return {
    document: { root, runs: records.map(briefly) },
    text: records.length === 0 ? `no runs in ${root}` : runsTable(records),
  };
}

function show([asked]: readonly string[], root: string): Printed {
  const record = recordNamed(asked, root);
  const { folder, name, command, state, ageSeconds, settings, summary } = record;
  const own = Object.entries(settings).filter(([key, value]) => key !== 'name' && !isDefault(key, value));
  const head = [
    ...(name === null ? [] : [`${name}`]),
    `${folder}: ${command}, ${state}, ${ageText(ageSeconds)} ago`,
    ...own.map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ];
  const end =
    summary === null ? 'It has no summary: it goes on, or its process was killed.' : textOf(summary, []);
  return {
    document: { ...briefly(record), settings, summary },
    text: [...head, '', end.trimEnd()].join('\n'),
  };
}

function compare([a, b]: readonly string[], root: string): Printed {
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

function isDefault(key: string, value: unknown): boolean {
  const field = (trainSettings.shape as Record<string, { safeParse(value: unknown): { data?: unknown } }>)[
    key
  ];
  return field !== undefined && JSON.stringify(field.safeParse(undefined).data) === JSON.stringify(value);
}
