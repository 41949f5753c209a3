import { Command } from 'commander';
import {
  type DataDescription,
  dataRule,
  describe,
  imageSize,
  pictures,
  printableLine,
  readData,
  scalingText,
} from '../../extend.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { trainSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';

const dataSettings = trainSettings.pick({ label: true, scale: true, testSplit: true, seed: true });
/** classes that are listed for people; all are in the document */
const mostClasses = 30;
/** samples that are drawn: as many as fit a line of 80 characters */
const drawn = 4;

/** `forwardflow data`: what a file or folder has, before anything is trained on it. */
export function data(): Command {
  const command = new Command('data')
    .description(
      'say what data are: samples, classes with their counts, range, missing values, a picture of the first',
    )
    .argument('<data>', dataRule);
  return addFlags(command, dataSettings)
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async (name: string, { json, ...flags }: Record<string, unknown>) => {
      endOnSignals();
      const { label, scale, testSplit, seed } = await readSettings(dataSettings, flags);
      const options = { label, scale, testSplit, seed, stdin: process.stdin } as const;
      const found = await readData(name, { ...options, missing: 'count' });
      const description = describe(found);
      if (json) {
        process.stdout.write(`${JSON.stringify(description)}\n`);
        return;
      }
      const { train = found.test, raw } = found;
      const labels = [...(train?.labels.subarray(0, drawn) ?? [])].map((label) =>
        printableLine(found.classNames[label]),
      );
      const first = raw.train ?? raw.test;
      const picture = first && pictures(first, labels);
      process.stdout.write(`${words(description)}${picture === undefined ? '' : `\n${picture}\n`}`);
    });
}

function words(description: DataDescription): string {
  const { name, samples, width, shape, classes, dtype, missing, range, scaling, test, passedOver, notes } =
    description;
  const image = shape.length > 1 && imageSize(shape) !== undefined;
  const what = shape.length > 1 ? ` (${shape.join(' × ')}${image ? ', an image' : ''})` : '';
  const lines = [
    ['data', name],
    [
      'samples',
      `${samples} to learn from, ${test === null ? 'no test set' : `${test.samples} to test${test.drawn ? ', drawn from each class alike (stratified)' : ''}`}`,
    ],
    ['width', `${width} features${what}, ${dtype}`],
    [
      'range',
      range === null ? 'no value' : `${range[0]} to ${range[1]}; ${scalingText(scaling)} when learned from`,
    ],
    [
      'missing',
      missing === 0 ? 'none' : `${missing} values; train refuses them: fill them in or leave those lines out`,
    ],
    ...notes.map((note) => ['note', note]),
    ...passedOver.map((passed) => ['passed over', passed]),
    ['classes', `${classes.length}`],
  ];
  const heads = lines.map(([head, text]) => `${head.padEnd(11)}  ${printableLine(text)}`);
  return `${heads.join('\n')}\n${classTable(classes)}\n`;
}

/** Names and counts of classes, a few on a line. */
function classTable(classes: DataDescription['classes']): string {
  const shown = classes
    .slice(0, mostClasses)
    .map(({ name, count }) => `${printableLine(name.slice(0, 20))} ${count}`);
  const wide = Math.max(...shown.map((one) => one.length)) + 2;
  const each = Math.max(1, Math.floor(78 / wide));
  const lines: string[] = [];
  for (let i = 0; i < shown.length; i += each)
    lines.push(
      `  ${shown
        .slice(i, i + each)
        .map((one) => one.padEnd(wide))
        .join('')
        .trimEnd()}`,
    );
  if (classes.length > mostClasses) lines.push(`  and ${classes.length - mostClasses} more`);
  return lines.join('\n');
}
