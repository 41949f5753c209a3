import { plan } from '../core/plan.ts';
import { type ResolvedTransfer, resolveTransfer, type TransferOptions } from './transfer/transfer-options.ts';
import { transferUpdater } from './transfer/transfer-updater.ts';
import type { Update, UpdatePlan } from './update.ts';

/**
 * Tiki-Taka: pulses go to a fast array A, and after every `transferEvery` microbatches one input line of A is read and
 * written to the array C that reads see,
 *
 *     A ← A − fastRate · xᵀδ,   C ← C + transferRate · rate · A
 *
 * so that the asymmetry of the cells pulls A, and not C, towards its symmetry point, which must lie at 0.
 *
 * @throws {RangeError} when an option is out of its range; the updater, when its optimiser steps by more than its rate
 * @see Gokmen and Haensch 2020, Algorithm for training neural networks on resistive device arrays
 */
export function tikiTakaV1(options: TransferOptions = {}): UpdatePlan {
  const defaults = { transferUnit: 'microbatches', transferPulses: {} } as const;
  return plan(import.meta.url, 'tiki-taka-v1', resolveTransfer(options, defaults));
}

/** Makes what `tikiTakaV1()` plans. */
export function create(options: ResolvedTransfer): Update {
  const name = 'tiki-taka-v1';
  return {
    name,
    description: `a fast array, one line of which moves the slow one every ${options.transferEvery} ${options.transferUnit}`,
    updater: (context) =>
      transferUpdater(name, options, context, () => ({ transfer: (_read, _line, rate) => rate })),
  };
}
