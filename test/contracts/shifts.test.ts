import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { SampleStream } from '../../src/data/endless.ts';
import type { Shift } from '../../src/shifts/shift.ts';
import { abrupt } from '../../src/shifts/when/abrupt.ts';
import { gradual } from '../../src/shifts/when/gradual.ts';
import { incremental } from '../../src/shifts/when/incremental.ts';
import { recurring } from '../../src/shifts/when/recurring.ts';
import { led } from '../../src/streams/led.ts';
import { shifted } from '../../src/streams/over/shifted.ts';
import { valuesOf } from './family.ts';

const base = led();
type Factory = (after?: SampleStream) => Shift;

function sampleOf(stream: SampleStream, index: number): number[] {
  const into = new Float32Array(stream.width);
  const label = stream.sample(index, random(4).fork(`${index}`), into);
  return [label, ...into];
}

describe.each(await valuesOf<Shift>('shifts', 'shift.ts'))('$title', ({ factory }) => {
  // another concept needs its stream; all else has defaults
  const make = (): Shift =>
    factory.length === 1 && factory.name === 'concept'
      ? (factory as unknown as Factory)(led({ noise: 0.5 }))
      : factory();
  const whens = [abrupt(40), gradual(60, 20), incremental(40, 40), recurring(40, 20)];

  it.each(whens)('changes some samples and none before: $name', (when) => {
    const stream = shifted(base, [{ when, shift: make() }]);
    const first = stream.changes?.(1000)[0].from ?? 0;
    const differs = Array.from(
      { length: 200 },
      (_, index) => String(sampleOf(stream, index)) !== String(sampleOf(base, index)),
    );
    expect(differs).toContain(true);
    // classes that are new are left out before, not after; a sigmoid never quite is 0
    if (when.name.startsWith('gradual') || make().name === 'classes') return;
    expect(differs.slice(0, first)).not.toContain(true);
  });

  it('is a function of the index, asked in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 10 }), (asked) => {
        const stream = shifted(base, [{ when: gradual(150, 100), shift: make() }]);
        const other = shifted(base, [{ when: gradual(150, 100), shift: make() }]);
        const one = asked.map((index) => sampleOf(stream, index));
        expect(
          asked
            .toReversed()
            .map((index) => sampleOf(other, index))
            .toReversed(),
        ).toEqual(one);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves labels in range', () => {
    const stream = shifted(base, [{ when: incremental(10, 50), shift: make() }]);
    for (let index = 0; index < 200; index++) {
      const [label] = sampleOf(stream, index);
      expect(Number.isInteger(label) && label >= 0 && label < 10).toBe(true);
    }
  });
});
