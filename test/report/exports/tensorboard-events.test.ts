import crc32c from 'crc-32/crc32c.js';
import { PbfReader } from 'pbf';
import { expect, test } from 'vitest';
import { record, scalarEvents } from '../../../src/report/exports/parts/tensorboard-events.ts';

test('the checksum is the CRC-32C of RFC 3720, and a record has it masked over its length and its data', () => {
  expect(crc32c.str('123456789') >>> 0).toBe(0xe3069283);
  expect(crc32c.buf(new Uint8Array(32)) >>> 0).toBe(0x8a9136aa);
  const bytes = Buffer.from(record(new Uint8Array(32)));
  expect(bytes.length).toBe(8 + 4 + 32 + 4);
  expect(bytes.readBigUInt64LE()).toBe(32n);
  // ((c >> 15) | (c << 17)) + 0xa282ead8 of c = 0x8a9136aa, by hand: 0x6d551522 + 0xa282ead8
  expect(bytes.readUInt32LE(44)).toBe(0x0fd7fffa);
});

test('events are a version, then one a moment with its scalars: tag, step, wall time and a 32-bit value', () => {
  const at = (tag: string, step: number, wallTime: number, value: number) => ({ tag, step, wallTime, value });
  const scalars = [at('loss', 100, 10.5, 0.1), at('accuracy', 100, 10.5, 1), at('loss', 2 ** 40, 11, -3)];
  const events = [...scalarEvents(10, scalars)].map((bytes) => eventIn(bytes.subarray(12, -4)));
  expect(events).toEqual([
    { wallTime: 10, version: 'brain.Event:2', step: 0, values: [] },
    {
      wallTime: 10.5,
      version: '',
      step: 100,
      values: [
        ['loss', Math.fround(0.1)],
        ['accuracy', 1],
      ],
    },
    { wallTime: 11, version: '', step: 2 ** 40, values: [['loss', -3]] },
  ]);
});

/** Reads an Event by its field numbers in event.proto and summary.proto. */
function eventIn(bytes: Uint8Array) {
  const event = { wallTime: 0, version: '', step: 0, values: [] as [string, number][] };
  new PbfReader(bytes).readFields((field, _, event_) => {
    if (field === 1) event.wallTime = event_.readDouble();
    if (field === 2) event.step = event_.readVarint();
    if (field === 3) event.version = event_.readString();
    if (field === 5)
      event_.readMessage((inSummary, __, summary) => {
        if (inSummary !== 1) return;
        const value: [string, number] = ['', 0];
        summary.readMessage((inValue, ___, one) => {
          if (inValue === 1) value[0] = one.readString();
          if (inValue === 2) value[1] = one.readFloat();
        }, value);
        event.values.push(value);
      }, event);
  }, event);
  return event;
}
