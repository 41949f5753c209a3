import { must, mustBePositive } from '../../core/check.ts';
import { mustNotBeNegative } from './ranges.ts';

/** What cells do as time passes. Left out, they do nothing. */
export interface AgeingOptions {
  /**
   * Time in which a cell leaks to 1/e of its distance from its rest weight; left out, it does not leak. aihwkit's `lifetime` t
   * counts minibatches: −T / ln(1 − 1/t) seconds where each takes T seconds
   */
  readonly lifetimeSeconds?: number;
  /** its spread from cell to cell, relative; `lifetime_dtod` */
  readonly lifetimeSpread?: number;
  /** random walk: standard deviation after 1 s, a weight; after n s √n times as much; `diffusion`, per minibatch there */
  readonly diffusionPerRootSecond?: number;
  /** its spread from cell to cell, relative; `diffusion_dtod` */
  readonly diffusionSpread?: number;
  /** fall of conductance as a power of time; left out, there is none */
  readonly drift?: DriftOptions;
}

/**
 * Power-law drift of a weight since it was last written: with t its age in units of `startSeconds`, s = max(t, 1)^−ν and
 * a = conductanceOffset · weightPerConductance + weightOffset, w = w₀ s + a (s − 1). Programming starts a weight, and one that
 * has changed by more than 1e-7 since time last passed starts again then. With `dependence` k, ν is less by k (ln g − logReference), where
 * g = (w − weightOffset) / weightPerConductance + conductanceOffset.
 */
export interface DriftOptions {
  /** ν; aihwkit's `nu` */
  readonly exponent: number;
  /** its spread from cell to cell, relative; `nu_dtod` */
  readonly spread?: number;
  /** age from which a weight drifts; `t_0` */
  readonly startSeconds?: number;
  /** k; `nu_k` */
  readonly dependence?: number;
  /** `log_g0` */
  readonly logReference?: number;
  /** `wg_ratio` */
  readonly weightPerConductance?: number;
  /** `g_offset` */
  readonly conductanceOffset?: number;
  /** `w_offset` */
  readonly weightOffset?: number;
}

/** @throws {RangeError} when an option is out of its range */
export function checkAgeing({ drift, ...options }: AgeingOptions): void {
  const { lifetimeSeconds, lifetimeSpread = 0, diffusionPerRootSecond = 0, diffusionSpread = 0 } = options;
  if (lifetimeSeconds !== undefined) mustBePositive(lifetimeSeconds, 'lifetimeSeconds');
  mustNotBeNegative(lifetimeSpread, 'lifetimeSpread');
  mustNotBeNegative(diffusionPerRootSecond, 'diffusionPerRootSecond');
  mustNotBeNegative(diffusionSpread, 'diffusionSpread');
  if (drift === undefined) return;
  must(Number.isFinite(drift.exponent), 'exponent of drift', 'a finite number', drift.exponent);
  mustNotBeNegative(drift.spread ?? 0, 'spread of drift');
  mustBePositive(drift.startSeconds ?? 1, 'startSeconds of drift');
  mustBePositive(drift.weightPerConductance ?? 1, 'weightPerConductance of drift');
}
