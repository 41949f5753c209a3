import { must, mustBePositive, mustBeShare } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { streamState } from '../core/random.ts';
import { arrays, joined, together } from '../core/state.ts';
import { largest } from './pulses/side.ts';
import type { BufferOptions } from './tiki-taka-v2.ts';
import { drainLine } from './transfer/drain-line.ts';
import { type ResolvedTransfer, resolveTransfer, singlePulse } from './transfer/transfer-options.ts';
import { type TransferRule, transferUpdater } from './transfer/transfer-updater.ts';
import type { TwoArrays } from './transfer/two-arrays.ts';
import type { Update, UpdatePlan, UpdaterContext } from './update.ts';

export interface ChoppedOptions extends BufferOptions {
  /** probability that the sign of an input line is turned after its transfer, 0 to 1; left out, 0.1 */
  readonly chopProbability?: number;
  /** whether signs are turned at random, or regularly after 1 / chopProbability transfers, 2 or more; left out, true */
  readonly chopsAtRandom?: boolean;
  /** granularities of a cell that a buffered number must reach to send a pulse, > 0; left out, 1 */
  readonly bufferGranularity?: number;
  /** > 0: the buffer's granularity is this / (inputs · transferEvery) times as large; left out, 0: it is not */
  readonly autoGranularity?: number;
  /**
   * Whether the fast array's rate is fastRate · slots · ε / (mean max |x| · mean max |δ|), ε the granularity, so that trains are
   * filled whatever the scale of x and δ; left out, false
   */
  readonly autoScale?: boolean;
  /** share of their past that these running means keep over a microbatch, in steps of (1 − share) / rows; 0 to 1; left out, 0.99 */
  readonly autoMomentum?: number;
}

interface Resolved extends ResolvedTransfer {
  readonly step: number;
  readonly momentum: number;
  readonly forgets: boolean;
  readonly chopProbability: number;
  readonly chopsAtRandom: boolean;
  readonly bufferGranularity: number;
  readonly autoGranularity: number;
  readonly autoScale: boolean;
  readonly autoMomentum: number;
}

/**
 * Tiki-Taka with choppers (c-TTv2): signs cᵢ of the input lines that turn now and then, so that a symmetry point of the fast array
 * that does not lie at 0 averages out,
 *
 *     A ← A − fastRate · (c ∘ x)ᵀδ,   H ← H + c · transferRate · rate · A / ε_H,   n = trunc(H),   C ← C + n · step · ε
 *
 * with |n| at most the slots of `transferPulses`, 1 unless stated, and ε_H = bufferGranularity · ε. Transfers come row by
 * row unless `transferUnit` says otherwise. With chopProbability 0 it is the form of TTv2 whose buffer counts granularities.
 *
 * @throws {RangeError} when an option is out of its range; the updater, when its optimiser steps by more than its rate
 * @see Rasch, Carta, Fagbohungbe and Gokmen 2024, Fast and robust analog in-memory deep neural network training
 */
export function chopped(options: ChoppedOptions = {}): UpdatePlan {
  const { chopProbability = 0.1, chopsAtRandom = true, bufferGranularity = 1, autoGranularity = 0 } = options;
  const { autoScale = false, autoMomentum = 0.99, step = 1, momentum = 0, forgets = true } = options;
  mustBeShare(chopProbability, 'chopProbability');
  mustBePositive(bufferGranularity, 'bufferGranularity');
  must(
    Number.isFinite(autoGranularity) && autoGranularity >= 0,
    'autoGranularity',
    'a finite number, 0 or more',
    autoGranularity,
  );
  mustBeShare(autoMomentum, 'autoMomentum');
  mustBePositive(step, 'step of a transfer');
  mustBeShare(momentum, 'momentum of the buffer');
  const defaults = { transferUnit: 'rows', transferPulses: singlePulse } as const;
  const resolved: Resolved = {
    ...resolveTransfer(options, defaults),
    chopProbability,
    chopsAtRandom,
    bufferGranularity,
    autoGranularity,
    autoScale,
    autoMomentum,
    step,
    momentum,
    forgets,
  };
  must(
    !autoScale || resolved.fastRate > 0,
    'fastRate',
    'above 0 where autoScale sets the rate by it',
    resolved.fastRate,
  );
  return plan(import.meta.url, 'chopped', resolved);
}

/** Makes what `chopped()` plans. */
export function create(options: Resolved): Update {
  const name = 'chopped';
  return {
    name,
    description: `a fast array with choppers and a buffer, one line of which moves the slow array every ${options.transferEvery} ${options.transferUnit}`,
    updater: (context) => transferUpdater(name, options, context, (two, of) => rule(options, two, of)),
  };
}

function rule(
  options: Resolved,
  { fast, slow }: TwoArrays,
  { inputs, units, random }: UpdaterContext,
): TransferRule {
  const buffer = new Float32Array(inputs * units);
  const signs = new Float32Array(inputs).fill(1);
  /** running means of max |x| and max |δ|, 0 before the first row */
  const scales = new Float64Array(2);
  const turned = new Float32Array(inputs);
  const draw = random.fork('choppers');
  const { chopProbability: p, autoGranularity: auto, autoMomentum, autoScale } = options;
  const automatic = auto > 0 ? auto / (inputs * options.transferEvery) : 1;
  const granularity = options.bufferGranularity * fast.granularity * automatic;
  const drain = { unit: 1, most: options.slow.slots, momentum: options.momentum, forgets: options.forgets };
  const turns = (sweeps: number): boolean => {
    if (p === 0) return false;
    if (options.chopsAtRandom) return draw.uniform() < p;
    const period = Math.max(2, Math.ceil(1 / p));
    return (sweeps % period) + 1 === period;
  };
  return {
    memory: together(arrays({ buffer, signs, scales }), joined({ choppers: streamState(draw) })),
    ...(autoScale && {
      fastRate(x: Float32Array, xAt: number, delta: Float32Array, deltaAt: number, rows: number) {
        const most = [largest(x, xAt, inputs), largest(delta, deltaAt, units)];
        if (most[0] === 0 || most[1] === 0) return 0;
        const share = scales[0] === 0 ? 0 : 1 - (1 - autoMomentum) / rows;
        for (const k of [0, 1]) scales[k] = share * scales[k] + (1 - share) * most[k];
        return (options.fastRate * options.fast.slots * fast.granularity) / (scales[0] * scales[1]);
      },
    }),
    ...(p > 0 && {
      turned(x: Float32Array, xAt: number) {
        for (let i = 0; i < inputs; i++) turned[i] = x[xAt + i] * signs[i];
        return turned;
      },
    }),
    transfer(read, line, rate) {
      const any = drainLine(buffer, line, read, (signs[line] * rate) / granularity, drain);
      return any ? options.step * slow.granularity : 0;
    },
    transferred(line, sweeps) {
      if (turns(sweeps)) signs[line] = -signs[line];
    },
  };
}
