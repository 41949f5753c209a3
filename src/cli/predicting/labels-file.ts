import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { nearestPath } from '../../extend.ts';
import { csvCell, writeWhole } from '../../report.ts';

/** What one network says of every sample. */
export interface LabelledSamples {
  readonly rule: string;
  readonly seed: number;
  /** the true classes; undefined where nobody knows them  [samples] */
  readonly labels: ArrayLike<number> | undefined;
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
    throw new Error(
      `output must be a file that can be written; got ${(error as Error).message}${nearestPath(dirname(path), { folders: true })}`,
    );
  }
  if (isNew) rmSync(path, { force: true });
}

/**
 * Writes predictions as CSV, a row a sample: rule, index, label (empty where nobody knows it), predicted, seed, and the score
 * of each class.
 *
 * @param classNames  [classes]
 * @throws {Error} with the file's name, as the file system says
 */
export async function writeLabels(
  path: string,
  networks: readonly LabelledSamples[],
  classNames: readonly string[],
): Promise<void> {
  await writeWhole(path, rows(networks, classNames));
}

function* rows(networks: readonly LabelledSamples[], classNames: readonly string[]): Generator<string> {
  const name = classNames.map(csvCell);
  const scores = classNames.map((one) => csvCell(`score_${one}`));
  yield `${['rule', 'index', 'label', 'predicted', 'seed', ...scores].join(',')}\n`;
  for (const { rule, seed, labels, predicted, scores: all, classes } of networks) {
    for (let i = 0; i < predicted.length; i++) {
      const own = Array.from(all.subarray(i * classes, (i + 1) * classes));
      yield `${[rule, i, labels ? name[labels[i]] : '', name[predicted[i]], seed, ...own].join(',')}\n`;
    }
  }
}
