import type { OpKind } from '../../core/trace.ts';

/** A layer as far as its memory goes. */
export interface LayerBuffers {
  /** in which it lies; left out, a stage for each layer, in order */
  readonly stage?: number | undefined;
  readonly inputs: number;
  readonly units: number;
  readonly learns: 'locally' | 'backward';
  /** activity rows of a sample while it learns: 2 where positive and negative rows go together; left out, 1 */
  readonly streams?: number | undefined;
  /** weights, in floats; left out, inputs · units */
  readonly weights?: number | undefined;
}

/** A place for accesses. The weights' are told apart, for some memories never move them. */
export interface Accessed {
  read(buffer: string, floats: number, weights?: boolean): void;
  write(buffer: string, floats: number, weights?: boolean): void;
  forget(buffer: string): void;
}

/** Names of buffers. Activity −1 is the input of layer 0. */
const activity = (layer: number, microbatch: number, stream: number) => `h${layer}/${microbatch}/${stream}`;
const gradient = (layer: number, microbatch: number) => `d${layer}/${microbatch}`;
const labels = (microbatch: number) => `y/${microbatch}`;

export interface Access {
  readonly op: OpKind;
  readonly microbatch: number;
  readonly rows: number;
  /** of the pipeline, from 0 */
  readonly index: number;
  /** whether no layer comes after it */
  readonly last: boolean;
  /** whether what comes from another stage is written into this memory first: activity with F, a gradient with B */
  readonly receives: boolean;
}

/** The samples of a microbatch are written, and their labels where gradients are made from them. */
export function accessSamples(
  { inputs, streams = 1 }: LayerBuffers,
  { rows, microbatch }: Pick<Access, 'rows' | 'microbatch'>,
  memory: Accessed,
): void {
  for (let s = 0; s < streams; s++) memory.write(activity(-1, microbatch, s), inputs * rows);
}

/** Labels are as many floats as the last layer has units. */
export function accessLabels(
  { units }: LayerBuffers,
  { rows, microbatch }: Pick<Access, 'rows' | 'microbatch'>,
  memory: Accessed,
): void {
  memory.write(labels(microbatch), units * rows);
}

/**
 * What an op of one layer reads and writes, a buffer each: x input, h output, δ gradient, W weights.
 *
 *     locally:   F  reads x, W, writes h, reads h for the layer's own loss;  W  reads x;  U  reads W, writes W
 *     backward:  F  reads x, W, writes h;  B  reads δ, x, W, writes δ of the layer below, and takes in what W needs;
 *                U  writes W.  B of the last layer makes its δ from h and the labels first
 *
 * So a step of either rule reads W twice and writes it once. Updates are plain: no moments and no gradients are kept.
 * Biases, a row beside W, are left out.
 */
export function accessLayer(
  { inputs, units, learns, streams = 1, weights = inputs * units }: LayerBuffers,
  { op, microbatch, rows, index, last, receives }: Access,
  memory: Accessed,
): void {
  const each = (access: (stream: number) => void): void => {
    for (let s = 0; s < streams; s++) access(s);
  };
  const [x, h] = [inputs * rows, units * rows];
  const W = `W${index}`;
  const readInput = () => each((s) => memory.read(activity(index - 1, microbatch, s), x));
  const readOutput = () => each((s) => memory.read(activity(index, microbatch, s), h));
  if (op === 'F') {
    if (receives) each((s) => memory.write(activity(index - 1, microbatch, s), x));
    readInput();
    memory.read(W, weights, true);
    each((s) => memory.write(activity(index, microbatch, s), h));
    if (learns === 'locally') readOutput();
  } else if (op === 'B') {
    if (last) {
      readOutput();
      memory.read(labels(microbatch), h);
    }
    if (last || receives) memory.write(gradient(index, microbatch), h);
    memory.read(gradient(index, microbatch), h);
    readInput();
    memory.read(W, weights, true);
    if (index > 0) memory.write(gradient(index - 1, microbatch), x);
  } else if (op === 'W') {
    if (learns === 'locally') readInput();
    each((s) => memory.forget(activity(index - 1, microbatch, s)));
    if (last) each((s) => memory.forget(activity(index, microbatch, s)));
    memory.forget(gradient(index, microbatch));
    if (last) memory.forget(labels(microbatch));
  } else {
    if (learns === 'locally') memory.read(W, weights, true);
    memory.write(W, weights, true);
  }
}
