import { mustBePositive, mustBeShare } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { arrays } from '../core/state.ts';
import { drainLine } from './transfer/drain-line.ts';
import {
  type ResolvedTransfer,
  resolveTransfer,
  singlePulse,
  type TransferOptions,
} from './transfer/transfer-options.ts';
import { transferUpdater } from './transfer/transfer-updater.ts';
import type { Update, UpdatePlan } from './update.ts';

export interface BufferOptions extends TransferOptions {
  /** pulses for each whole number that leaves the buffer, > 0; left out, 1 */
  readonly step?: number;
  /** share of a buffered number that stays when a pulse was sent, 0 to 1 */
  readonly momentum?: number;
  /** whether a buffered number that has sent pulses is cut to its `momentum`; if not, it loses what was sent; left out, true */
  readonly forgets?: boolean;
}

export interface TikiTakaV2Options extends BufferOptions {
  /** granularities of a cell that a buffered number must reach to send a pulse, > 0; left out, 1 */
  readonly threshold?: number;
}

interface Resolved extends ResolvedTransfer {
  readonly threshold: number;
  readonly step: number;
  readonly momentum: number;
  readonly forgets: boolean;
}

/**
 * Tiki-Taka with a digital buffer H between the fast array A and the slow array C, which filters the noise of A:
 *
 *     A ← A − fastRate · xᵀδ,   H ← H + transferRate · rate · A,   n = trunc(H / (threshold · ε)),   C ← C + n · step · ε
 *
 * with ε the granularity of the cells and |n| at most the slots of `transferPulses`, 1 unless stated. Where n is not 0, H ←
 * momentum · H, or H ← H − (1 − momentum) n · threshold · ε where it does not forget.
 *
 * @throws {RangeError} when an option is out of its range; the updater, when its optimiser steps by more than its rate
 * @see Gokmen 2021, Enabling training of neural networks on noisy hardware
 */
export function tikiTakaV2(options: TikiTakaV2Options = {}): UpdatePlan {
  const { threshold = 1, step = 1, momentum = 0.1, forgets = true } = options;
  mustBePositive(threshold, 'threshold of the buffer');
  mustBePositive(step, 'step of a transfer');
  mustBeShare(momentum, 'momentum of the buffer');
  const defaults = { transferUnit: 'microbatches', transferPulses: singlePulse } as const;
  const resolved: Resolved = { ...resolveTransfer(options, defaults), threshold, step, momentum, forgets };
  return plan(import.meta.url, 'tiki-taka-v2', resolved);
}

/** Makes what `tikiTakaV2()` plans. */
export function create(options: Resolved): Update {
  const name = 'tiki-taka-v2';
  return {
    name,
    description: `a fast array and a buffer, one line of which moves the slow array every ${options.transferEvery} ${options.transferUnit}`,
    updater: (context) =>
      transferUpdater(name, options, context, ({ slow }, { inputs, units }) => {
        const buffer = new Float32Array(inputs * units);
        const unit = options.threshold * slow.granularity;
        return {
          memory: arrays({ buffer }),
          transfer(read, line, rate) {
            const any = drainLine(buffer, line, read, rate, { ...options, unit, most: options.slow.slots });
            return any ? options.step * slow.granularity : 0;
          },
        };
      }),
  };
}
