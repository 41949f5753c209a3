import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  blocks,
  blocksOf,
  microbatch,
  microbatchBytes,
  passOn,
  rowsFor,
  type Shape,
} from '../../src/data/microbatch.ts';

const shapes: fc.Arbitrary<Shape> = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  goodnessRows: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 0, max: 7 }),
  streams: fc.integer({ min: 0, max: 3 }),
  candidates: fc.constantFrom(0, 1, 10),
  features: fc.integer({ min: 0, max: 4 }),
  classes: fc.integer({ min: 2, max: 10 }),
});

test('the lanes of neighbouring slots never share a byte', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const bytes = microbatchBytes(shape);
      const memory = new SharedArrayBuffer(64 + 2 * bytes);
      const slots = [microbatch(shape, memory, 64), microbatch(shape, memory, 64 + bytes)];
      const lanes = slots.flatMap((m) => [
        m.ids,
        m.labels,
        m.wrong,
        m.activity,
        m.amplitude,
        m.scores,
        m.features,
      ]);
      for (const [i, slot] of slots.entries())
        Object.assign(slot, { sequence: 100 + i, purpose: 'onePass', rows: i });
      for (const [i, lane] of lanes.entries()) lane.fill(i + 1);
      for (const [i, lane] of lanes.entries()) expect(lane.every((x) => x === i + 1)).toBe(true);
      expect(slots.map(({ sequence, purpose, rows }) => [sequence, purpose, rows])).toEqual([
        [100, 'onePass', 0],
        [101, 'onePass', 1],
      ]);
    }),
  );
});

test('there is room for what every purpose needs', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const m = microbatch(shape);
      for (const purpose of ['learn', 'goodness', 'onePass'] as const) {
        Object.assign(m, {
          purpose,
          rows: purpose === 'goodness' ? Math.min(shape.rows, shape.goodnessRows) : shape.rows,
        });
        const count = blocksOf(shape, purpose);
        expect(blocks(m, 0, count).data).toHaveLength(count * m.rows * shape.width);
      }
    }),
  );
});

test('blocks are views of consecutive rows', () => {
  const shape: Shape = {
    rows: 2,
    goodnessRows: 1,
    width: 3,
    streams: 2,
    candidates: 0,
    features: 0,
    classes: 2,
  };
  const m = microbatch(shape);
  m.rows = 2;
  m.activity.set(Float32Array.from({ length: 12 }, (_, i) => i));
  expect([...blocks(m, 1, 1).data]).toEqual([6, 7, 8, 9, 10, 11]);
  blocks(m, 1, 1).data[0] = -1;
  expect(m.activity[6]).toBe(-1);
  m.rows = 1; // a partial microbatch: the negative block follows the positive one at once
  expect([...blocks(m, 1, 1).data]).toEqual([3, 4, 5]);
});

test('header, labels and scores are passed on; scores of what is learned are not', () => {
  const shape: Shape = {
    rows: 2,
    goodnessRows: 1,
    width: 1,
    streams: 1,
    candidates: 1,
    features: 0,
    classes: 2,
  };
  const [from, to] = [microbatch(shape), microbatch(shape)];
  from.labels.set([1, 0]);
  from.scores.fill(5);
  Object.assign(from, { sequence: 9, purpose: 'learn', reason: 'samples', epoch: 4, rows: 2 });
  from.ids.set([7e12, 1]);
  passOn(from, to);
  expect([to.reason, to.epoch, ...to.ids]).toEqual(['samples', 4, 7e12, 1]);
  expect([to.sequence, to.purpose, to.rows, ...to.labels, ...to.scores]).toEqual([
    9,
    'learn',
    2,
    1,
    0,
    0,
    0,
    0,
    0,
  ]);
  for (const purpose of ['goodness', 'onePass'] as const) {
    to.scores.fill(0);
    from.purpose = purpose;
    passOn(from, to);
    expect([to.purpose, ...to.scores]).toEqual([purpose, 5, 5, 5, 5]);
  }
});

test('header fields of any value come back as they went in, each by itself', () => {
  const shape: Shape = {
    rows: 1,
    goodnessRows: 1,
    width: 1,
    streams: 1,
    candidates: 1,
    features: 0,
    classes: 2,
  };
  const m = microbatch(shape);
  const purposes = fc.constantFrom('learn' as const, 'goodness' as const, 'onePass' as const);
  fc.assert(
    fc.property(fc.nat(), purposes, fc.nat(), (sequence, purpose, rows) => {
      m.rows = rows;
      m.sequence = sequence;
      m.purpose = purpose;
      expect([m.sequence, m.purpose, m.rows]).toEqual([sequence, purpose, rows]);
    }),
  );
});

test('the lanes are as long as the shape says, and the bytes are whole cache lines', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { rows, goodnessRows, width, streams, candidates, features, classes } = shape;
      const m = microbatch(shape);
      expect(microbatchBytes(shape) % 64).toBe(0);
      const lanes = [m.ids, m.labels, m.wrong, m.amplitude, m.scores, m.features, m.activity];
      const most = Math.max(rows, rows * streams, goodnessRows * candidates);
      const lengths = [rows, rows, rows, rows, rows * classes, rows * features, most * width];
      expect(lanes.map(({ length }) => length)).toEqual(lengths);
    }),
  );
});

test('a purpose has its blocks of activity and the samples it may hold', () => {
  const shape: Shape = {
    rows: 20,
    goodnessRows: 4,
    width: 5,
    streams: 3,
    candidates: 10,
    features: 0,
    classes: 10,
  };
  const purposes = ['learn', 'goodness', 'onePass'] as const;
  expect(purposes.map((purpose) => blocksOf(shape, purpose))).toEqual([3, 10, 1]);
  expect(purposes.map((purpose) => rowsFor(shape, purpose))).toEqual([20, 4, 20]);
});
