import { must, mustBeWhole } from '../core/check.ts';
import { checkDataset } from '../data/dataset.ts';
import { checkStream } from '../data/endless.ts';
import { isDataset } from '../data/samples.ts';
import { checkDropout } from '../kernels/kernel.ts';
import { microbatchesPerEpoch } from './length.ts';
import type { Pipeline } from './pipeline.ts';
import type { ResolvedPipeline } from './resolved.ts';

/**
 * Checks every value of a pipeline by itself.
 *
 * @param given  the pipeline before defaults were filled in
 * @throws {RangeError} when a value is out of its range
 */
export function checkRanges(resolved: ResolvedPipeline, given: Pipeline): void {
  must(resolved.layers.length > 0, 'layers', 'at least one', resolved.layers.length);
  mustBeWhole(resolved.capacity, 'capacity', 1, 'microbatches');
  mustBeWhole(resolved.microbatch, 'microbatch', 1, 'samples');
  mustBeWhole(resolved.flush, 'flush', 1, 'microbatches');
  mustBeWhole(resolved.epochs, 'epochs', 0);
  mustBeWhole(resolved.seed, 'seed', 0);
  mustBeWhole(resolved.runningEvery, 'runningEvery', 0, 'microbatches');
  checkDropout(resolved.inputDropout, 'inputDropout');
  const { microbatchTime } = resolved;
  const passes = Number.isFinite(microbatchTime) && microbatchTime >= 0;
  must(passes, 'microbatchTime', 'a number of nanoseconds, 0 or more', microbatchTime);
  const { predictBy, prequential, microbatches, heldOut, negatives } = resolved;
  must(
    predictBy === 'goodness' || predictBy === 'onePass',
    'predictBy',
    "'goodness' or 'onePass'",
    predictBy,
  );
  must(typeof prequential === 'boolean', 'prequential', 'true or false', prequential);
  checkLine(resolved);
  if (microbatches !== undefined) mustBeWhole(microbatches, 'microbatches', 0);
  if (heldOut) mustBeWhole(heldOut.every, 'every (of the samples held out)', 1, 'epochs');
  if (negatives?.asks) mustBeWhole(negatives.asks.lag, 'lag of the negatives', 0, 'updates');
  if (negatives?.rejects === 'images') checkLeast(resolved, negatives);
  checkSamples(resolved, given);
  checkWeights(resolved);
}

/** Every microbatch of a dataset has samples enough to make a negative of. */
function checkLeast(
  { samples, microbatch, epochs }: ResolvedPipeline,
  { least, name }: Extract<ResolvedPipeline['negatives'], { readonly rejects: 'images' }>,
): void {
  mustBeWhole(least, `least of negatives '${name}'`, 1, 'samples');
  if (epochs === 0) return;
  const few = isDataset(samples) ? samples.count % microbatch : 0;
  const fewest = few > 0 ? few : microbatch;
  must(fewest >= least, 'samples of every microbatch', `${least} or more for negatives '${name}'`, fewest);
}

function checkLine({ line, labelDelay, unusable, scale }: ResolvedPipeline): void {
  must(scale === 'none' || scale === 'running', 'scale', "'none' or 'running'", scale);
  mustBeWhole(labelDelay, 'labelDelay', 0, 'microbatches');
  must(unusable === 'refuse' || unusable === 'drop', 'unusable', "'refuse' or 'drop'", unusable);
  if (line === undefined) return;
  mustBeWhole(line.room, 'room of an open line', 1, 'microbatches');
  must(line.lasts > 0, 'lasts of an open line', 'a number of nanoseconds above 0', line.lasts);
}

function checkSamples(resolved: ResolvedPipeline, { epochs }: Pipeline): void {
  const { samples, test, heldOut, microbatches } = resolved;
  if (isDataset(samples)) {
    checkDataset(samples);
    const most = resolved.epochs * microbatchesPerEpoch(resolved);
    const rule = `at most ${most}, those of ${resolved.epochs} epochs`;
    must(microbatches === undefined || microbatches <= most, 'microbatches', rule, microbatches);
  } else {
    checkStream(samples);
    must(epochs === undefined, 'epochs', 'left out where samples never end', epochs);
  }
  const { width, classes } = samples;
  for (const [name, set] of [
    ['the test set', test] as const,
    ['the samples held out', heldOut?.samples] as const,
  ]) {
    if (set === undefined) continue;
    must(set.width === width, `width of ${name}`, `${width}, as of the samples`, set.width);
    must(set.classes === classes, `classes of ${name}`, `${classes}, as of the samples`, set.classes);
    checkDataset(set);
  }
}

/** Weights to start from: finite numbers, as many as their shape says, for every layer or for none. */
function checkWeights({ weights, layers }: ResolvedPipeline): void {
  if (weights.length === 0) return;
  const covered = new Set<number>();
  const names = new Set<string>();
  for (const { name, shape, data } of weights) {
    const layer = layers.findIndex((_, i) => name.startsWith(`layer${i}.`));
    must(layer >= 0, 'weights', `of layer 0 to ${layers.length - 1}`, name);
    must(!names.has(name), `weights '${name}'`, 'there once', 'two');
    must(data instanceof Float32Array, `weights '${name}'`, 'a Float32Array', data);
    const count = shape.reduce((product, size) => product * size, 1);
    must(data.length === count, `weights '${name}'`, `${shape.join(' × ')} = ${count} numbers`, data.length);
    const wrong = data.find((number) => !Number.isFinite(number));
    must(wrong === undefined, `weights '${name}'`, 'finite', wrong);
    covered.add(layer);
    names.add(name);
  }
  const missing = layers.findIndex((_, i) => !covered.has(i));
  must(missing < 0, 'weights', 'there for every layer or left out', `none for layer ${missing}`);
}
