import type { SampleStream } from '../../index.ts';

/** The same stream with one column for each label in front of its features, for labels to be written to. */
export function withLabelColumns(stream: SampleStream): SampleStream {
  const { width, classes } = stream;
  return {
    ...stream,
    width: width + classes,
    sample(index, random, into) {
      into.fill(0, 0, classes);
      return stream.sample(index, random, into.subarray(classes));
    },
  };
}
