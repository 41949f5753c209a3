import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { ImageNegatives, ImageNegativesPlan } from './negative.ts';

export interface MaskedOptions {
  /** share of the pixels that are set to 0, each drawn by itself, 0 < share ≤ 1; left out, 0.3 */
  readonly share?: number;
}

/**
 * The sample with some pixels set to 0. A larger share is an easier negative.
 *
 * @throws {RangeError} when share is not above 0 and at most 1
 */
export function masked({ share = 0.3 }: MaskedOptions = {}): ImageNegativesPlan {
  must(share > 0 && share <= 1, 'share of masked pixels', 'above 0 and at most 1', share);
  return { ...plan(import.meta.url, 'masked', { share }), rejects: 'images', least: 1 };
}

export function create({ share }: Required<MaskedOptions>): ImageNegatives {
  return {
    name: 'masked',
    drawImages({ images, rows, width }, random, into) {
      for (let i = 0; i < rows * width; i++) into[i] = random.uniform() < share ? 0 : images[i];
    },
  };
}
