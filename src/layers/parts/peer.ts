import type { Matrix } from '../../core/matrix.ts';

export interface PeerOptions {
  /** λ: how hard a unit is pulled to the mean activity of its peers, > 0 */
  readonly strength?: number;
  /** share of a unit's running mean that is kept at each microbatch, 0 to 1 */
  readonly decay?: number;
}

/** Keeps each unit's mean activity near that of its peers, so that none dies and none hogs. */
export interface Peer {
  /** takes the positive rows' activity into the running means: m ← decay · m + (1 − decay) · mean h [rows × units] */
  observe(h: Matrix): void;
  /** adds −λ (mean m − mⱼ) / rows to every row of ∂L/∂z, dead units too [rows × units] */
  push(delta: Matrix): void;
}

/**
 * Hinton's peer normalisation with running means that start at 0.5.
 *
 * @see forward-forward Matlab code of Hinton 2022, `ffnew.m`
 */
export function peer(units: number, { strength = 0.03, decay = 0.9 }: PeerOptions): Peer {
  const means = new Float32Array(units).fill(0.5);
  const pull = new Float32Array(units);
  return {
    observe({ rows, columns, data }) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += data[r * columns + j];
        means[j] = decay * means[j] + ((1 - decay) * sum) / rows;
      }
    },
    push({ rows, columns, data }) {
      const mean = means.reduce((sum, m) => sum + m, 0) / columns;
      for (let j = 0; j < columns; j++) pull[j] = (-strength * (mean - means[j])) / rows;
      for (let r = 0, at = 0; r < rows; r++, at += columns) {
        for (let j = 0; j < columns; j++) data[at + j] += pull[j];
      }
    },
  };
}
