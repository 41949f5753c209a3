import { arrays, type Stateful } from '../../core/state.ts';
import type { Workplace } from '../../kernels/kernel.ts';

export interface PeerOptions {
  /** λ: how hard a unit is pulled to the mean activity of its peers, > 0 */
  readonly strength?: number;
  /** share of a unit's running mean that is kept at each microbatch, 0 to 1 */
  readonly decay?: number;
}

/** Keeps each unit's mean activity near that of its peers, so that none dies and none hogs. */
export interface Peer extends Stateful {
  /** takes the positive rows' activity into the running means: m ← decay · m + (1 − decay) · mean h [rows × units] */
  observe(h: Float32Array, rows: number): void;
  /**
   * adds −λ (mean m − mⱼ) / rows to rows of ∂L/∂z, dead units too [count × units]
   *
   * @param count  rows that are learned from; left out, all
   */
  push(delta: Float32Array, rows: number, count?: number): void;
}

/**
 * Hinton's peer normalisation with running means that start at 0.5. His gradient of a sum of squares leaves out the factor
 * 2, ours has it: his 0.03 is 0.06 here.
 *
 * @see forward-forward Matlab code of Hinton 2022, `ffnew.m`
 */
export function peer(
  units: number,
  { strength = 0.03, decay = 0.9 }: PeerOptions,
  { arena, kernels }: Workplace,
): Peer {
  const means = new Float32Array(units).fill(0.5);
  const sums = arena.floats(units);
  const pull = arena.floats(units);
  return {
    ...arrays({ means }),
    observe(h, rows) {
      kernels.sumRows(h, sums, rows, units);
      for (let j = 0; j < units; j++) means[j] = decay * means[j] + ((1 - decay) * sums[j]) / rows;
    },
    push(delta, rows, count = rows) {
      let mean = 0;
      for (let j = 0; j < units; j++) mean += means[j] / units;
      for (let j = 0; j < units; j++) pull[j] = (-strength * (mean - means[j])) / rows;
      kernels.addRow(delta, pull, count, units);
    },
  };
}
