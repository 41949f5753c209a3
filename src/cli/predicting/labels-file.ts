import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { writeWhole } from '../../report.ts';

/** What one network says of every sample. */
export interface LabelledSamples {
  readonly rule: string;
  readonly seed: number;
  /** the true classes [samples] */
  readonly labels: ArrayLike<number>;
  /** [samples] */
  readonly predicted: ArrayLike<number>;
  /** [samples × classes] */
  readonly scores: Float32Array;
  readonly classes: number;
}

/**
 * Finds out, before any work is done, whether a file can be written. What is there stays.
 *
 * @throws {Error} with the file's name, as the file system says
 */
export function mustBeWritable(path: string): void {
  const isNew = !existsSync(path);
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new Error(`output must be a file that can be written; got ${(error as Error).message}`);
  }
  if (isNew) rmSync(path, { force: true });
}

/**
 * Writes predictions as CSV, a row a sample: rule, seed, index, label, predicted, and the score of each class.
 *
 * @param nameOf  the name of a class
 * @throws {Error} with the file's name, as the file system says
 */
export async function writeLabels(
  path: string,
  networks: readonly LabelledSamples[],
  nameOf: (index: number) => string,
): Promise<void> {
  await writeWhole(path, rows(networks, nameOf));
}

function* rows(networks: readonly LabelledSamples[], nameOf: (index: number) => string): Generator<string> {
  const most = Math.max(...networks.map(({ classes }) => classes));
  const name = Array.from({ length: most }, (_, index) => quoted(nameOf(index)));
  const scores = Array.from({ length: most }, (_, index) => quoted(`score_${nameOf(index)}`));
  yield `${['rule', 'index', 'label', 'predicted', 'seed', ...scores].join(',')}\n`;
  for (const { rule, seed, labels, predicted, scores: all, classes } of networks) {
    for (let i = 0; i < predicted.length; i++) {
      const own = Array.from(all.subarray(i * classes, (i + 1) * classes));
      yield `${[rule, i, name[labels[i]], name[predicted[i]], seed, ...own].join(',')}\n`;
    }
  }
}

/** As RFC 4180 has it. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
