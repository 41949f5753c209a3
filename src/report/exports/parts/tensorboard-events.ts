import crc32c from 'crc-32/crc32c.js';
import { PbfWriter } from 'pbf';

/** A point of a curve. */
export interface Scalar {
  readonly tag: string;
  /** whole */
  readonly step: number;
  /** seconds since 1970 */
  readonly wallTime: number;
  /** is stored as a 32-bit float */
  readonly value: number;
}

/**
 * The records of an event file: one that gives the version, then one a moment with all its scalars.
 *
 * @param begun  wall time of the first record, seconds since 1970
 * @see tensorboard/compat/proto/event.proto and summary.proto
 */
export function* scalarEvents(begun: number, scalars: readonly Scalar[]): Generator<Uint8Array> {
  const head = new PbfWriter();
  head.writeDoubleField(1, begun);
  head.writeStringField(3, 'brain.Event:2');
  yield record(head.finish());
  for (let i = 0; i < scalars.length; ) {
    const { step, wallTime } = scalars[i];
    const first = i;
    while (i < scalars.length && scalars[i].step === step && scalars[i].wallTime === wallTime) i++;
    const event = new PbfWriter();
    event.writeDoubleField(1, wallTime);
    event.writeVarintField(2, step);
    event.writeMessage(5, writeSummary, scalars.slice(first, i));
    yield record(event.finish());
  }
}

function writeSummary(scalars: readonly Scalar[], writer: PbfWriter): void {
  for (const scalar of scalars) writer.writeMessage(1, writeValue, scalar);
}

function writeValue({ tag, value }: Scalar, writer: PbfWriter): void {
  writer.writeStringField(1, tag);
  writer.writeFloatField(2, value);
}

/**
 * A TFRecord: the length of the data, its masked checksum, the data, their masked checksum, all little-endian.
 *
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord
 */
export function record(data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8 + 4 + data.length + 4);
  bytes.writeBigUInt64LE(BigInt(data.length));
  bytes.writeUInt32LE(masked(bytes.subarray(0, 8)), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(masked(data), 12 + data.length);
  return bytes;
}

/** ((c >> 15) | (c << 17)) + 0xa282ead8, c the CRC-32C */
function masked(data: Uint8Array): number {
  const c = crc32c.buf(data);
  return (((c >>> 15) | (c << 17)) + 0xa282ead8) >>> 0;
}
