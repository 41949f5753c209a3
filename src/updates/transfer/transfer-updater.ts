import { arrays, joined, type Stateful, together } from '../../core/state.ts';
import { type Tally, tally } from '../pulses/counts.ts';
import { LineWriter } from '../pulses/line-writer.ts';
import { VectorWriter } from '../pulses/vector-writer.ts';
import { mustStepPlainly, type Updater, type UpdaterContext } from '../update.ts';
import type { ResolvedTransfer } from './transfer-options.ts';
import { type TwoArrays, twoArrays } from './two-arrays.ts';

/** What a scheme of the Tiki-Taka family does beside what all of them do. */
export interface TransferRule {
  /** Its memory; left out, it has none. */
  readonly memory?: Stateful;
  /** The rate by which the fast array learns from one row of a microbatch of `rows`, where it is not the option. */
  fastRate?(x: Float32Array, xAt: number, delta: Float32Array, deltaAt: number, rows: number): number;
  /** The row as the fast array is to see it; left out, as it is. */
  turned?(x: Float32Array, xAt: number): Float32Array;
  /**
   * What a transfer writes.
   *
   * @param read  what was read of one input line of the fast array, in place what is to be written [units]
   * @param line  that input line
   * @param rate  of the transfer
   * @returns  factor on what is to be written, 0 for nothing
   */
  transfer(read: Float32Array, line: number, rate: number): number;
  /** Is told that a line has been transferred. @param sweeps  times that all lines had been transferred before */
  transferred?(line: number, sweeps: number): void;
}

/** Makes the rule of one updater. */
export type MakeRule = (arrays: TwoArrays, context: UpdaterContext) => TransferRule;

/**
 * The Tiki-Taka family: pulses go to a fast array A; now and then one input line of A is read and moves the slow array C,
 * which is what reads see.
 */
export function transferUpdater(
  name: string,
  options: ResolvedTransfer,
  context: UpdaterContext,
  makeRule: MakeRule,
): Updater {
  const { inputs, units, optimiser, random } = context;
  mustStepPlainly(optimiser, name);
  const two = twoArrays(context, options.gamma);
  const rule = makeRule(two, context);
  const [fastCounts, slowCounts] = [tally(), tally()];
  const writer = new VectorWriter(two.fast, {
    place: context,
    pulses: options.fast,
    random: random.fork('trains'),
    tally: fastCounts,
  });
  const lineWriter = new LineWriter({
    place: context,
    pulses: options.slow,
    vector: 'units',
    length: units,
    granularity: two.slow.granularity,
    random: random.fork('trains of transfers'),
    tally: slowCounts,
  });
  /** rows or microbatches so far, the line to be read next, sweeps over all lines */
  const position = new Float64Array(3);
  const [line, pulses] = [new Float32Array(units), new Int32Array(units)];

  const transferOne = (rate: number): void => {
    const at = position[1];
    two.readLine(at, line);
    slowCounts.transferReads++;
    slowCounts.macs += units;
    const factor = rule.transfer(line, at, rate);
    if (factor !== 0 && lineWriter.count(line, factor, pulses))
      slowCounts.pulses += two.slow.pulse(pulses, at);
    rule.transferred?.(at, position[2]);
    position[1] = (at + 1) % inputs;
    if (position[1] === 0) position[2]++;
  };
  const passed = (unit: ResolvedTransfer['transferUnit'], rate: number): void => {
    if (unit !== options.transferUnit || ++position[0] % options.transferEvery !== 0) return;
    for (let k = 0; k < options.readsPerTransfer; k++) transferOne(rate);
  };

  return {
    ...together(
      joined({ arrays: two, writer, lineWriter, ...(rule.memory && { rule: rule.memory }) }),
      arrays({ position }),
    ),
    weights: two.weights,
    program: two.program,
    ...(two.age && { age: two.age }),
    ...(two.break && { break: two.break }),
    update(lessons, rate) {
      const transferRate = options.transferRate * (options.transferRateIsFixed ? 1 : rate);
      const fixed = options.fastRate > 0 ? options.fastRate : rate;
      for (const { x, delta } of lessons) {
        for (let r = 0; r < x.rows; r++) {
          const [xAt, deltaAt] = [r * inputs, r * units];
          const fastRate = rule.fastRate?.(x.data, xAt, delta.data, deltaAt, x.rows) ?? fixed;
          const turned = rule.turned?.(x.data, xAt);
          writer.write(turned ?? x.data, turned ? 0 : xAt, delta.data, deltaAt, fastRate / lessons.length);
          passed('rows', transferRate);
        }
        passed('microbatches', transferRate);
      }
      two.written();
    },
    get counts() {
      return sum(fastCounts, slowCounts);
    },
  };
}

/** What both arrays got; what was asked for is asked of the fast one. */
function sum(fast: Tally, slow: Tally): Tally {
  const both = { ...fast };
  for (const name of ['pulses', 'linePulses', 'lines', 'saturated', 'transferReads', 'macs'] as const)
    both[name] += slow[name];
  return both;
}
