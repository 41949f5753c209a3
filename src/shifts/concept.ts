import { must } from '../core/check.ts';
import type { SampleStream } from '../data/endless.ts';
import type { Shift } from './shift.ts';

/**
 * Another concept altogether: samples of the new world are those of another stream, such as another variant of the same generator. With `gradual` this
 * is River's ConceptDriftStream. Where the shift is incremental, the share `amount` of the samples is of the new stream.
 *
 * @param after  a stream of as many features and classes
 */
export function concept(after: SampleStream): Shift {
  return {
    name: `concept ${after.name}`,
    over({ width, classes, numbers }) {
      const got = `${after.width} features, ${after.classes} classes, ${after.numbers}`;
      const rule = `${width} features, ${classes} classes, ${numbers}`;
      must(got === rule, 'the stream of another concept', `of ${rule}`, got);
      must(after.live === undefined, 'the stream of another concept', 'made as it is needed', after.name);
      return {
        apply: (amount, random, sample, label, index) =>
          amount >= 1 || random.uniform() < amount ? after.sample(index, random, sample) : label,
      };
    },
  };
}
