import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { dataset } from '../../src/data/dataset.ts';
import { type EndlessOptions, endless } from '../../src/data/endless.ts';
import { epochOrder } from '../../src/data/microbatches.ts';
import { type Batch, samplesOf } from '../../src/data/samples.ts';

const small = dataset({
  ...{ name: 'small', width: 1, classes: 2, images: new Uint8Array(23), labels: new Uint8Array(23) },
});
const counted = endless({
  name: 'counted',
  width: 3,
  classes: 2,
  numbers: 'bytes',
  sample: (index) => index % 2,
});
const told = (batches: Iterable<Batch>) => [...batches].map(({ indices, epoch }) => [epoch, ...indices]);

describe('samples', () => {
  it('of a dataset come in epochs, each in the order that its stream draws', () => {
    const { microbatches, from, numbers } = samplesOf({
      samples: small,
      microbatch: 5,
      seed: 3,
      microbatches: 10,
    });
    const all = told(from(0));
    expect([microbatches, numbers, all.length]).toEqual([10, 'bytes', 10]);
    for (const epoch of [0, 1]) {
      const order = epochOrder(23, random(3).fork(`epoch ${epoch}`).fork('order'));
      expect(all.filter(([e]) => e === epoch).flatMap(([, ...indices]) => indices)).toEqual([...order]);
    }
    expect(all.map((batch) => batch.length - 1)).toEqual([5, 5, 5, 5, 3, 5, 5, 5, 5, 3]);
  });

  it('without an end come in the order of their indices, each once', () => {
    const { from } = samplesOf({
      samples: counted,
      microbatch: 4,
      seed: 3,
      microbatches: Number.POSITIVE_INFINITY,
    });
    const batches = from(1_000_000_000_000);
    expect([...(batches.next().value as Batch).indices]).toEqual([0, 1, 2, 3].map((i) => 4e12 + i));
    expect([...(batches.next().value as Batch).indices]).toEqual([4, 5, 6, 7].map((i) => 4e12 + i));
  });

  it('from any position on are those that come there from the start', () => {
    const settings = fc.record({
      samples: fc.constantFrom(small, counted),
      microbatch: fc.integer({ min: 1, max: 30 }),
      seed: fc.nat(),
      microbatches: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(settings, fc.nat({ max: 41 }), (options, first) => {
        const { from } = samplesOf(options);
        expect(told(from(first))).toEqual(told(from(0)).slice(first));
      }),
      { numRuns: 60 },
    );
  });
});

describe('an endless stream', () => {
  it('has floats unless it says bytes', () => {
    const { numbers: _, ...unsaid } = counted;
    expect([endless(unsaid).numbers, counted.numbers]).toEqual(['floats', 'bytes']);
  });

  const wrongs: readonly [string, object][] = [
    ['width of counted must be a whole number of features, 1 or more; got NaN', { width: Number.NaN }],
    ['classes of counted must be a whole number from 1 to 65536; got 0', { classes: 0 }],
    ["numbers of counted must be 'bytes' or 'floats'; got 'words'", { numbers: 'words' }],
    ["sample of counted must be a function; got 'undefined'", { sample: undefined }],
  ];
  it.each(wrongs)('%s', (sentence, change) => {
    expect(() => endless({ ...counted, ...change } as EndlessOptions)).toThrow(new RangeError(sentence));
  });
});
