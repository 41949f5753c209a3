import type { Parameter } from '../../core/trace.ts';

/** Weights as they were read from a file. */
export interface WeightsFile {
  /** for errors */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where one array of a network comes from. */
export interface WeightsOrigin {
  /** name in the file */
  readonly from: string;
  /** name in the network */
  readonly to: string;
  /** in the file */
  readonly shape: readonly number[];
  /** whether the file has it as [out × in] */
  readonly transposed: boolean;
}

/** The weights of a network, taken from a file. */
export interface WeightsFit {
  /** `forwardflow`: our names and [in × out]; `pytorch`: the names of `nn.Linear` modules and [out × in] */
  readonly layout: 'forwardflow' | 'pytorch';
  /** every array that the network needs, by its own names */
  readonly weights: readonly Parameter[];
  /** one for each array, in the order of the layers */
  readonly origins: readonly WeightsOrigin[];
  /** names in the file that the network does not need */
  readonly unused: readonly string[];
}
