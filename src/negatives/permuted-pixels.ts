import { plan } from '../core/plan.ts';
import { permutation } from '../core/random.ts';
import type { ImageNegatives, ImageNegativesPlan } from './negative.ts';

/** The sample's own pixels in another order, a new one for each: the same histogram, and no structure at all. */
export function permutedPixels(): ImageNegativesPlan {
  return { ...plan(import.meta.url, 'permuted pixels'), rejects: 'images', least: 1 };
}

export function create(): ImageNegatives {
  return {
    name: 'permuted pixels',
    drawImages({ images, rows, width }, random, into) {
      for (let r = 0; r < rows; r++) {
        const order = permutation(width, random);
        for (let j = 0; j < width; j++) into[r * width + j] = images[r * width + order[j]];
      }
    },
  };
}
