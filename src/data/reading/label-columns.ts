import { must } from '../../core/check.ts';
import type { Dataset } from '../dataset.ts';
import type { SampleStream } from '../endless.ts';
import { isDataset } from '../samples.ts';

/** Where Forward-Forward's label goes: over the first pixels, as Hinton has it, or into columns of its own before them. */
export type LabelPlace = 'over' | 'front';

/**
 * Where labels go if nobody says: over the first pixels of an image that has more of them than classes, and over features that are
 * the same in all samples; else in front, so that no feature is lost.
 *
 * @param image  whether the features are the pixels of an image
 */
export function labelPlaceFor({ width, classes, images, count }: Dataset, image: boolean): LabelPlace {
  if (width <= classes) return 'front';
  if (image) return 'over';
  for (let i = 1; i < count; i++)
    for (let j = 0; j < classes; j++) if (images[i * width + j] !== images[j]) return 'front';
  return 'over';
}

/** Samples with a blank column a class before their features, wider by the classes: of a dataset a copy, of a stream a view. */
export function withLabelColumns(samples: Dataset): Dataset;
export function withLabelColumns(samples: SampleStream): SampleStream;
export function withLabelColumns(samples: Dataset | SampleStream): Dataset | SampleStream {
  return isDataset(samples) ? withColumnsCopied(samples) : withColumnsBefore(samples);
}

function withColumnsBefore(stream: SampleStream): SampleStream {
  const { width, classes } = stream;
  const behind =
    (write: SampleStream['sample']): SampleStream['sample'] =>
    (index, random, into) => {
      into.fill(0, 0, classes);
      return write.call(stream, index, random, into.subarray(classes));
    };
  const { again } = stream;
  return {
    ...stream,
    width: width + classes,
    sample: behind(stream.sample),
    ...(again && { again: behind(again) }),
  };
}

function withColumnsCopied(samples: Dataset): Dataset {
  const { width, classes, images, count } = samples;
  const wider = width + classes;
  must(
    count * wider < 2 ** 32,
    `numbers of ${samples.name} with ${classes} label columns`,
    'below 2 ** 32',
    count * wider,
  );
  const copied =
    images instanceof Uint8Array ? new Uint8Array(count * wider) : new Float32Array(count * wider);
  for (let i = 0; i < count; i++)
    copied.set(images.subarray(i * width, (i + 1) * width), i * wider + classes);
  return { ...samples, width: wider, images: copied };
}
