import { blocksOf, type Microbatch, microbatch, microbatchBytes, type Shape } from '../../data/microbatch.ts';
import { type ContractRule, holds, same } from '../rule.ts';
import { LayerBench, type LayerSubject, type MadeLayer, purposes } from './bench.ts';

const mark = 123;
/** bytes before and behind an output that nobody may write */
const guard = 256;

/** A microbatch in the middle of marked memory, itself full of marks. */
function guarded({ arena }: LayerSubject['place'], shape: Shape) {
  const bytes = microbatchBytes(shape);
  const at = arena.reserve(bytes + 2 * guard);
  const room = new Float32Array(arena.buffer, at, bytes / 4 + guard / 2).fill(mark);
  const output = microbatch(shape, arena.buffer, at + guard);
  const untouched = (): boolean =>
    [...room.subarray(0, guard / 4), ...room.subarray(-guard / 4)].every((one) => one === mark);
  return { output, untouched };
}

function mustStayInside(bench: LayerBench, subject: LayerSubject, made: MadeLayer, rows: number): void {
  const op = (name: string, m: Microbatch, run: (output: Microbatch) => void): void => {
    const { output, untouched } = guarded(subject.place, made.output);
    const before = contentOf(m);
    const wrong = output.wrong.slice();
    run(output);
    const { width, features } = made.output;
    const where = `${name} of ${rows} rows at place ${made.index}`;
    holds(untouched(), `${where} wrote outside its output microbatch`);
    const written = blocksOf(made.output, m.purpose) * rows * width;
    const beyond = output.activity.subarray(written).findIndex((one) => one !== mark);
    holds(
      beyond < 0,
      `${where} wrote activity behind its rows, at number ${written + beyond} of ${output.activity.length}`,
    );
    const spare = output.features.subarray(rows * features).every((one) => one === mark);
    holds(spare, `${where} wrote features behind its rows`);
    const beside = output.amplitude.every((one) => one === mark);
    holds(beside, `${where} wrote amplitudes, which lie behind its activity`);
    same(output.wrong, wrong, `wrong labels, which lie before its activity, after ${where}`);
    same(output.labels.slice(0, rows), m.labels.slice(0, rows), `labels that ${where} passed on`);
    same(contentOf(m), before, `input after ${where}`);
  };
  if (made.output.width > 0) {
    const m = bench.input(made.index, 3, rows);
    op('forward()', m, (output) => void made.layer.forward(m, output, made.layer.memory()));
  }
  for (const purpose of purposes) {
    const m = bench.input(made.index, 4, rows, purpose);
    op(`predict() by ${purpose}`, m, (output) => made.layer.predict(m, output));
  }
}

function contentOf({ rows, activity, labels, features, amplitude }: Microbatch) {
  return [rows, activity.slice(), labels.slice(), features.slice(), amplitude.slice()];
}

/** The rule that memory depends on: microbatches lie side by side in the run's one memory. */
export const insideRule: ContractRule<LayerSubject> = {
  name: 'writes inside its output',
  says: 'writes the rows of its output that are there, and nothing outside, nor into its input',
  async check(subject) {
    const bench = new LayerBench(subject);
    for (const index of [0, 1])
      for (const rows of [2, 6]) mustStayInside(bench, subject, await bench.layer(index), rows);
  },
};
