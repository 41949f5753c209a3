import { z } from 'zod';
import { type GoodnessHistogram, goodnessBins, type StoredCheckpoint } from '../../report.ts';
import { histogramLayers } from '../runs/histogram-layers.ts';
import { mustFit } from '../runs/must-fit.ts';
import { parseJson } from '../settings/files/text-file.ts';
import type { Figures } from './figures.ts';

/** The held-out curve so far, as a run folder stores it. */
export type Curve = readonly {
  readonly epoch: number;
  readonly accuracy: number;
  readonly seconds: number;
}[];

/** What a run had come to at a checkpoint: what goes on from there counts on top of it. */
export interface Before {
  readonly curve: Curve;
  readonly goodness: readonly GoodnessHistogram[];
  /** samples that every stage had learned from */
  readonly samples: number;
  /** since the run began, the time between its parts left out */
  readonly seconds: number;
  /** of those, from the first arrival to the last update */
  readonly learningSeconds: number;
}

/** Before a run that begins. */
export const nothing: Before = { curve: [], goodness: [], samples: 0, seconds: 0, learningSeconds: 0 };

const least0 = z.number().min(0);
const bins = (counts: readonly number[]): boolean => counts.length === goodnessBins;
const schemas = {
  heldOut: z.array(z.object({ epoch: z.number(), accuracy: z.number(), seconds: z.number() })),
  goodness: histogramLayers.refine(
    (layers) =>
      layers.every(({ epochs }) =>
        epochs.every(({ positive, negative }) => bins(positive) && bins(negative)),
      ),
    `counts of ${goodnessBins} bins`,
  ),
  counts: z.object({ samples: z.int().min(0), seconds: least0, learningSeconds: least0 }),
};

/** The notes of a checkpoint by which another process knows it. */
export function notesOf({ curve, goodness, ...counts }: Before): StoredCheckpoint['notes'] {
  return {
    heldOut: JSON.stringify(curve),
    goodness: JSON.stringify(goodness),
    counts: JSON.stringify(counts),
  };
}

/**
 * What the notes of a checkpoint say.
 *
 * @param file  for errors
 * @returns what was written; of a checkpoint of an earlier version, which lacks notes, nothing but the held-out curve
 * @throws {Error} when a note is not what a run writes
 */
export function beforeIn({ notes }: StoredCheckpoint, file: string): Before {
  const note = <Name extends keyof typeof schemas>(
    name: Name,
  ): z.infer<(typeof schemas)[Name]> | undefined => {
    if (notes[name] === undefined) return undefined;
    const thing = `${name} in ${file}`;
    const value = parseJson(notes[name], thing);
    mustFit(schemas[name], value, thing);
    return value as z.infer<(typeof schemas)[Name]>;
  };
  const { curve, goodness, ...none } = nothing;
  return {
    ...{ curve: note('heldOut') ?? curve, goodness: note('goodness') ?? goodness },
    ...(note('counts') ?? none),
  };
}

/** A throughput on top of what was learned before. */
export function throughputOnTop(before: Before, now: Figures['throughput']): Figures['throughput'] {
  const samples = before.samples + now.samples;
  const seconds = before.learningSeconds + now.seconds;
  return { samples, seconds, samplesPerSecond: samples === 0 ? 0 : samples / seconds };
}

/** Figures of the whole run, as far as they are counts; means, shares and percentiles are of the part since the checkpoint. */
export function onTop<F extends Pick<Figures, 'progress' | 'throughput' | 'heldOut'>>(
  before: Before,
  figures: F,
): F {
  const { progress, throughput, heldOut } = figures;
  return {
    ...figures,
    progress: { ...progress, sent: before.samples + progress.sent },
    throughput: throughputOnTop(before, throughput),
    heldOut: heldOut.map((point) => ({ ...point, seconds: before.seconds + point.seconds })),
  };
}
