import { plan } from '../core/plan.ts';
import type { ImageNegatives, ImageNegativesPlan } from './negative.ts';

/** Noise without any structure: each pixel uniform between the least and the greatest pixel of the microbatch. */
export function whiteNoise(): ImageNegativesPlan {
  return { ...plan(import.meta.url, 'white noise'), rejects: 'images', least: 1 };
}

export function create(): ImageNegatives {
  return {
    name: 'white noise',
    drawImages({ images, rows, width }, random, into) {
      let [least, greatest] = [images[0], images[0]];
      for (let i = 0; i < rows * width; i++) {
        least = Math.min(least, images[i]);
        greatest = Math.max(greatest, images[i]);
      }
      const span = greatest - least;
      // bytes are cut off below their point: one more makes the greatest as likely as the others
      const room = images instanceof Uint8Array ? span + 1 : span;
      for (let i = 0; i < rows * width; i++) into[i] = least + random.uniform() * room;
    },
  };
}
