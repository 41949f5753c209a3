/** What a trained network computes, from features as they lie in a file to a score a class. */
export interface NetworkForm {
  /** features of a sample, before label columns */
  readonly width: number;
  /** names of the classes, in the order of the scores */
  readonly classes: readonly string[];
  /** features become x / by, or (x − low) / (high − low), and 0 where high = low */
  readonly scaling:
    | { readonly by: number }
    | { readonly low: readonly number[]; readonly high: readonly number[] };
  readonly layers: BackpropForm | LocalForm | ForwardForwardForm;
}

/** h = max(0, x·W + b) layer by layer, then the head's logits. */
export interface BackpropForm {
  readonly kind: 'backprop';
  readonly hidden: number;
}

/** Mono-Forward and block-local: logits are the sum over blocks of h·V + c, h the activity of the block's last layer. */
export interface LocalForm {
  readonly kind: 'local';
  /** hidden layers of each block; of Mono-Forward 1 each */
  readonly blocks: readonly number[];
  /** whether a block sends h / √(mean h² + 1e-12), or h */
  readonly normalise: boolean;
}

export interface ForwardForwardForm {
  readonly kind: 'ff';
  readonly hidden: number;
  readonly goodness: 'mean' | 'sum';
  /** where the label stands: over the first features, in columns of its own in front; or, learned from without one, nowhere */
  readonly label: 'over' | 'front' | 'none';
  /** value of the label's input, where the features of an image are 0 to 1 */
  readonly strength: number;
  /** hidden layers that the readout reads; empty where there is no readout */
  readonly readout: readonly number[];
}
