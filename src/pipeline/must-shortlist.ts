import { must } from '../core/check.ts';
import type { ResolvedPipeline } from './resolved.ts';

/**
 * Checks a shortlist: it is of the test set alone, which is predicted by goodness.
 *
 * @throws {RangeError} with one sentence about what does not fit
 */
export function mustTakeShortlist(pipeline: ResolvedPipeline): void {
  const { shortlist, test, samples, predictBy, layers, heldOut, runningEvery, prequential, negatives } =
    pipeline;
  if (shortlist === undefined) return;
  const { size, labels } = shortlist;
  const { classes } = samples;
  must(
    Number.isInteger(size) && size >= 2 && size <= classes,
    'size of the shortlist',
    `a whole number from 2 to ${classes}, the classes`,
    size,
  );
  must(test !== undefined, 'shortlist', 'left out where there is no test set', `one of ${size}`);
  must(
    labels.length === test.count * size,
    'labels of the shortlist',
    `${test.count} · ${size}`,
    labels.length,
  );
  const wrong = labels.find((label) => label >= classes);
  must(wrong === undefined, 'labels of the shortlist', `classes from 0 to ${classes - 1}`, wrong);
  must(predictBy === 'goodness', 'predictBy', "'goodness' with a shortlist", predictBy);
  const other = layers.find(({ takesShortlist, reads }) => takesShortlist !== true && reads !== 'features');
  must(other === undefined, 'layers', 'able to try a shortlist (takesShortlist)', other?.name);
  const more = heldOut !== undefined || runningEvery > 0 || prequential || negatives?.asks !== undefined;
  must(!more, 'predictions', 'those of the test set alone with a shortlist', 'others');
}
