import type { Readable } from 'node:stream';

/** What is learned from, or what is only predicted. */
export type Part = 'train' | 'test';

/** Labels as a file has them, before classes are put in order. */
export interface RawLabels {
  /** each distinct label once, in the order of its first sample */
  readonly names: readonly string[];
  /** which of the names each sample has  [count] */
  readonly codes: Uint16Array;
}

/** Samples as a file has them, before classes are named and numbers are scaled. */
export interface RawSamples {
  readonly count: number;
  readonly width: number;
  /** of one sample, slowest first: [28, 28], [32, 32, 3]; features that are no image: [width] */
  readonly shape: readonly number[];
  /** a Uint8Array where all are whole numbers from 0 to 255; NaN where a value is missing  [count × width] */
  readonly features: Uint8Array | Float32Array;
  /** how the file has its numbers: `uint8`, `float32`, …, or `text` */
  readonly dtype: string;
  /** undefined where the file has none */
  readonly labels: RawLabels | undefined;
  /** values that are missing, labels included; 0 where they are refused */
  readonly missing: number;
  /** of a table with a header: the names of the features  [width] */
  readonly columns?: readonly string[];
  /** what a reader should know: which column was taken as the label, for example */
  readonly notes: readonly string[];
}

/** What a user has pointed at. */
export interface Source {
  /** `-` for standard input */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'stream';
  /** a file's first bytes, unpacked where it is gzip; otherwise empty */
  readonly head: Buffer;
  /** a folder's entries, sorted; otherwise none */
  readonly entries: readonly string[];
  readonly stream?: Readable;
}

export interface RawOptions {
  /** the label's column, by name or by number: 1 is the first, −1 the last */
  readonly label?: string | undefined;
  /** `refuse` (the default): the first missing value is an error; `count`: it is NaN, and counted */
  readonly missing?: 'refuse' | 'count';
}

/** What is known of the features, from the samples that are learned from. */
export interface KnownFeatures {
  /** features of a sample: a table with so many columns has no label */
  readonly width?: number | undefined;
  /** their names: a table with a header is read in this order */
  readonly columns?: readonly string[] | undefined;
}

export type PartReader = (known?: KnownFeatures) => Promise<RawSamples>;

/** What a format has found: how to read each part that is there. */
export interface RawData {
  readonly parts: { readonly [part in Part]?: PartReader };
  /** files that look right and could not be used, each with the reason */
  readonly passedOver: readonly string[];
}

/**
 * One way in which data come: one file of this folder and one line of `formats.ts`.
 *
 * A reader trusts no file: memory grows with the bytes that arrive, and whatever is wrong is one sentence with the path, what
 * must hold, and what was found.
 */
export interface DataFormat {
  readonly name: string;
  /** what a user may give, for help and errors: `NPY or NPZ` */
  readonly accepts: string;
  /** Whether it reads this source; the first format that does is asked. */
  fits(source: Source): boolean;
  /** @throws {Error} one sentence that says what to do */
  find(source: Source, options: RawOptions): Promise<RawData>;
}
