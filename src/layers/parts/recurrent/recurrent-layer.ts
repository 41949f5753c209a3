import { type Matrix, matrix } from '../../../core/matrix.ts';
import { joined } from '../../../core/state.ts';
import { blocks, blocksOf, type Microbatch, passOn } from '../../../data/microbatch.ts';
import type { Loss } from '../../../losses/loss.ts';
import type { Layer, LayerContext, Memory } from '../../layer.ts';
import { affine } from '../affine.ts';
import { clamped } from './clamped.ts';
import type { FilledRecurrent } from './options.ts';
import { Teaching } from './teaching.ts';
import { weightsOf } from './weights.ts';

/** A microbatch from its pass to its W; rows are those of all blocks, B · rows. */
export interface RecurrentKept extends Memory {
  /** x̂(0)·U: of the image for all iterations, of activity for the pass and the first [rows × units] */
  readonly drive: Float32Array;
  /** h(t) [B · rows × units], and Σ h² of each row */
  readonly h: Float32Array;
  readonly squares: Float32Array;
  /** of the top layer: the label of each row, and what it drives the layer with [B · rows × units] */
  readonly labels: Uint16Array;
  readonly clamp: Float32Array | undefined;
  readonly teaching: Teaching;
  /** goodness of each label over the iterations scored so far [rows × classes] */
  readonly scores: Float32Array;
}

interface Parts {
  /** of a square in the goodness */
  readonly weight: number;
  readonly loss: Loss;
}

export function recurrentLayer(
  options: FilledRecurrent,
  context: LayerContext,
  { weight, loss }: Parts,
): Layer<RecurrentKept> {
  const { units, damping, scored, feedback } = options;
  const { arena, kernels, input: shape, output: emitted, index, above: heard } = context;
  const { classes } = shape;
  const top = heard === undefined;
  const most = Math.max(2 * shape.rows, classes * shape.goodnessRows);
  const up = affine(context, shape.width, units, 1);
  const from = top ? classes : feedback ? heard.width : 0;
  const down = from > 0 ? weightsOf(context, 'topDown', from, units, 1) : undefined;
  const labels = top && down ? clamped(context, down, loss.alpha * weight) : undefined;
  /** they hold nothing from one op to the next */
  const z = arena.floats(most * units);
  const more = arena.floats(most * units);
  const rowsOf = (m: Microbatch) => blocksOf(emitted, m.purpose) * m.rows;
  const repeat = (one: Float32Array, count: number, into: Float32Array, of: number): void => {
    for (let at = 0; at < of; at += count) into.set(one.subarray(0, count), at);
  };
  /** ĥ, to whoever reads it */
  const send = ({ h, squares }: RecurrentKept, rows: number, to: readonly (Microbatch | undefined)[]) => {
    const [first, second] = to.filter((one) => one !== undefined);
    if (first) kernels.normalise(h, squares, first.activity, rows, units);
    if (second) second.activity.set(first.activity.subarray(0, rows * units));
  };
  /** The pass from the bottom up. */
  const begin = (input: Microbatch, kept: RecurrentKept): void => {
    const { rows, purpose } = input;
    const { drive, h, squares } = kept;
    up.tile.read(blocks(input, 0, 1), matrix(rows, units, drive), purpose);
    h.set(drive.subarray(0, rows * units));
    kernels.rectify(h, up.bias, squares, rows, units);
    repeat(h, rows * units, h, rowsOf(input) * units);
    repeat(squares, rows, squares, rowsOf(input));
    kept.scores.fill(0);
    kept.teaching.begin(rows);
  };
  /** z from below: new only where what is below has changed */
  const readUp = (below: Microbatch, t: number, count: number, { drive }: RecurrentKept): void => {
    if (index === 0 || t === 1) repeat(drive, below.rows * units, z, count * units);
    else up.tile.read(matrix(count, shape.width, below.activity), matrix(count, units, z), below.purpose);
  };
  const readDown = (above: Microbatch, t: number, count: number): void => {
    if (down === undefined) return;
    // after the pass the rows of a sample are still alike
    const fresh = t === 1 ? above.rows : count;
    const read = matrix(fresh, units, more);
    down.tile.read(matrix(fresh, from, above.activity), read, above.purpose);
    for (let at = 0; at < count; at += fresh) {
      const part = z.subarray(at * units, (at + fresh) * units);
      kernels.add(part, more, part, fresh * units);
    }
  };
  const readLabels = (input: Microbatch, t: number, count: number, kept: RecurrentKept): void => {
    const { clamp } = kept;
    if (labels === undefined || clamp === undefined || down === undefined) return;
    if (t === 1) {
      const hot = matrix(count, classes, labels.rows(kept.labels, count));
      down.tile.read(hot, matrix(count, units, clamp), input.purpose);
    }
    kernels.add(z, clamp, z, count * units);
  };
  const tiles = [up.tile, ...(down ? [down.tile] : [])];
  let seen: ReturnType<Teaching['figures']> | undefined;
  /** what the microbatch that has settled last teaches */
  let taught: Teaching | undefined;
  return {
    memory() {
      const clamp = top ? arena.floats(most * units) : undefined;
      const teaching = new Teaching(options, context, { weight, loss, from: top ? 0 : from });
      const [drive, h] = [arena.floats(shape.rows * units), arena.floats(most * units)];
      const bytes = drive.byteLength + h.byteLength + (clamp?.byteLength ?? 0) + teaching.bytes;
      const [squares, scores] = [arena.floats(most), arena.floats(shape.rows * classes)];
      return { drive, h, squares, labels: arena.shorts(most), clamp, teaching, scores, bytes };
    },
    forward(input, output, kept, _above, under) {
      begin(input, kept);
      labels?.choose(input, kept.drive, up.bias, kept.labels);
      if (output) passOn(input, output);
      send(kept, rowsOf(input), [output, under]);
      return undefined;
    },
    settle({ t, last, input, below, above, output, down: under }, kept) {
      const { rows, purpose } = input;
      const count = rowsOf(input);
      const { h, squares, teaching } = kept;
      readUp(below, t, count, kept);
      if (above) readDown(above, t, count);
      else readLabels(input, t, count, kept);
      kernels.rectify(z, up.bias, squares, count, units);
      mix(h, z, squares, damping, count, units);
      if (purpose === 'learn') teaching.take(t, { below, above, h, open: z, squares });
      else if (t >= scored[0] && t <= scored[1])
        for (let i = 0; i < count; i++)
          kept.scores[(i % rows) * classes + Math.floor(i / rows)] += weight * squares[i];
      if (t < last) send(kept, count, [output, under]);
      else if (purpose === 'learn') {
        seen = teaching.figures();
        taught = teaching;
      }
      return t === last && purpose === 'learn' ? teaching.loss : undefined;
    },
    score(output, { scores }) {
      for (let i = 0; i < output.rows * classes; i++) output.scores[i] += scores[i];
    },
    figures: (counted) => (counted && taught ? { ...seen, ...taught.counts() } : (seen ?? {})),
    gradient(input, { teaching, labels: which }) {
      const { rows } = input;
      const delta = teaching.delta();
      up.correlateBias(delta);
      if (index === 0) up.tile.correlate(blocks(input, 0, 1), teaching.summed(1, z));
      else up.tile.correlate(teaching.below(), delta, teaching.blocks);
      if (labels)
        down?.tile.correlate(
          matrix(2 * rows, classes, labels.rows(which, 2 * rows)),
          teaching.summed(2, z),
          2,
        );
      else down?.tile.correlate(teaching.above(), delta, teaching.blocks);
    },
    update() {
      up.update();
      down?.tile.update();
    },
    predict(input, output) {
      passOn(input, output);
      const { rows } = input;
      const h: Matrix = matrix(rows, units, z);
      const squares = more.subarray(0, rows);
      up.tile.read(blocks(input, 0, 1), h, input.purpose);
      kernels.rectify(z, up.bias, squares, rows, units);
      kernels.normalise(z, squares, z, rows, units);
      repeat(z, rows * units, output.activity, rowsOf(input) * units);
    },
    parameters: () => [...up.parameters(), ...(down?.parameters() ?? [])],
    load(parameters) {
      up.load(parameters);
      down?.load(parameters);
    },
    ...joined({
      affine: up,
      ...(down && { topDown: down }),
      ...(labels && { negatives: labels.stream }),
    }),
    get macs() {
      return tiles.reduce((sum, { macs }) => sum + macs, 0);
    },
    dispose() {
      up.dispose();
      down?.tile.dispose();
    },
  };
}

/** h = d · h + (1 − d) · a and squares[r] = Σⱼ h[r,j]². */
function mix(
  h: Float32Array,
  a: Float32Array,
  squares: Float32Array,
  damping: number,
  rows: number,
  units: number,
): void {
  const rest = 1 - damping;
  for (let r = 0, i = 0; r < rows; r++) {
    let sum = 0;
    for (const end = i + units; i < end; i++) {
      const value = damping * h[i] + rest * a[i];
      h[i] = value;
      sum += value * value;
    }
    squares[r] = sum;
  }
}
