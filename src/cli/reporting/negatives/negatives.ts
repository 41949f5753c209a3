import { join } from 'node:path';
import type { Dataset } from '../../../index.ts';
import { imageSheet, type ReportFigure, type ReportSection } from '../../../report.ts';
import { mustBeAsBefore, type RunData, readRunData, split, storedData } from '../../running/run-data.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { withOwnMembers } from '../../settings/read-settings.ts';
import { kindOf } from '../../settings/rules.ts';
import type { TrainSettings } from '../../settings/train-settings.ts';
import type { Group } from '../groups.ts';
import { imageShape, networkOf } from '../sections/learned.ts';
import { type DrawnNegatives, drawnNegatives } from './drawn-negatives.ts';

/** pairs of a figure, and numbers of a dataset that is read again: MNIST has 47 million */
const [pairs, mostNumbers] = [12, 60e6];

/** Samples and the negatives that were made of them, where Forward-Forward learned from images; undefined where none did. */
export async function negativesSection(groups: readonly Group[]): Promise<ReportSection | undefined> {
  const asked = groups.filter(
    ({ rule, runs: [{ record }] }) => isForwardForward(rule) && imageShape(record.path) !== undefined,
  );
  const figures: ReportFigure[] = [];
  const notes: string[] = [];
  const read = readOnce();
  for (const group of asked) {
    try {
      figures.push(await negativesFigure(group, `negatives-${figures.length + 1}`, read));
    } catch (error) {
      notes.push(`${group.label}: negatives can't be drawn again: ${(error as Error).message}`);
    }
  }
  if (asked.length === 0) return undefined;
  return { heading: 'Negatives', figures, ...(notes.length > 0 && { note: notes.join('\n') }) };
}

type Read = (settings: TrainSettings) => Promise<RunData>;

/** Reads data, the same but once. */
function readOnce(): Read {
  const found = new Map<string, Promise<RunData>>();
  return (settings) => {
    const { data, label, scale, testSplit, seed, labelPlace } = settings;
    const key = JSON.stringify([data, label, scale, testSplit, seed, labelPlace]);
    const reading = found.get(key) ?? readRunData(settings);
    found.set(key, reading);
    return reading;
  };
}

async function negativesFigure(
  { label, runs: [{ run, record }] }: Group,
  id: string,
  read: Read,
): Promise<ReportFigure> {
  const network = networkOf(record, run.rule, run.seed ?? 1);
  if (network === undefined) throw new Error('the settings name no such network');
  const settings = await withOwnMembers(network.settings);
  const samples = await samplesOf(record, settings, read);
  const [height, width] = imageShape(record.path) as readonly [number, number];
  const weights = join(record.path, network.weightsFile);
  const found = await drawnNegatives(settings, samples, weights, Math.min(pairs, samples.count));
  const { drawn, labels, indices } = found;
  const titled = { title: `Negatives: ${label}`, width, height };
  const sheet = { ...titled, rows: sheetRows(found, height * width, samples.classes) };
  const made = 'labels' in drawn ? drawn.labels : undefined;
  return {
    id,
    title: titled.title,
    caption: captionOf(found, settings.negatives),
    svg: imageSheet(sheet),
    data: {
      columns: ['pair', 'sample', 'true label', made ? 'wrong label' : 'pixels that differ'],
      rows: indices.map((index, r) => [
        r,
        index,
        nameOf(samples, labels[r]),
        made ? nameOf(samples, made[r]) : differing(found, r, height * width),
      ]),
    },
  };
}

/** The samples that a run learned from, read again. @throws {Error} where that can't be done, or would take long */
async function samplesOf(record: RunRecord, settings: TrainSettings, read: Read): Promise<Dataset> {
  const stored = await storedData(record.path);
  if (stored === undefined) throw new Error('the folder does not say what was learned from');
  if (settings.data === '-') throw new Error('the data came from standard input');
  if (stored.labelPlace === 'front') throw new Error('labels stand before the image, not in it');
  if (stored.samples * stored.known.width > mostNumbers)
    throw new Error('the data is too large to read again');
  const data = await read(settings);
  mustBeAsBefore(data, stored);
  return split(data.train, settings).learned;
}

function captionOf({ drawn, asked }: DrawnNegatives, name: string): string {
  const what =
    'labels' in drawn
      ? `The first pixels of each image are its label: above the true one, below the wrong one that the layers reject`
      : `Above samples, below the images made of them, which the layers reject`;
  const when =
    asked === 'nobody'
      ? 'the first microbatch as it was drawn'
      : 'samples of the first microbatch, with the labels that the network would be given at the end: while it learned it asked the weights of that moment';
  return `${what} (negatives '${name}'); ${when}.`;
}

/** Positives above negatives, white 1. */
function sheetRows({ images, drawn, labels }: DrawnNegatives, pixels: number, classes: number) {
  const grey = (from: Uint8Array | Float32Array, r: number): Float32Array => {
    const image = Float32Array.from(from.subarray(r * pixels, (r + 1) * pixels));
    return from instanceof Uint8Array ? image.map((byte) => byte / 255) : image;
  };
  const all = [...labels.keys()];
  if ('images' in drawn)
    return [
      { name: 'sample', images: all.map((r) => grey(images, r)) },
      { name: 'negative', images: all.map((r) => grey(drawn.images, r)) },
    ];
  const told = (label: number, r: number): Float32Array => {
    const image = grey(images, r).fill(0, 0, classes);
    image[label] = drawn.strength;
    return image;
  };
  return [
    { name: 'true label', images: all.map((r) => told(labels[r], r)) },
    { name: 'wrong label', images: all.map((r) => told(drawn.labels[r], r)) },
  ];
}

function differing({ images, drawn }: DrawnNegatives, r: number, pixels: number): number {
  if ('labels' in drawn) return 0;
  let count = 0;
  for (let i = r * pixels; i < (r + 1) * pixels; i++) if (images[i] !== drawn.images[i]) count++;
  return count;
}

function nameOf({ classNames }: Dataset, label: number): string {
  return classNames?.[label] ?? `${label}`;
}

/** A rule that can't be read any more draws nothing. */
function isForwardForward(rule: string): boolean {
  try {
    return kindOf(rule) === 'ff';
  } catch {
    return false;
  }
}
