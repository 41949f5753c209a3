import { plan } from '../core/plan.ts';
import type { ImageNegatives, ImageNegativesPlan } from './negative.ts';
import { mates } from './parts/mates.ts';

/**
 * Another sample of the same class: as good an image as the positive, so there is nothing to tell them apart by. It is the
 * hardest negative there is, and teaches nothing. A sample whose class has no other in the microbatch gets any other one.
 */
export function sameClass(): ImageNegativesPlan {
  return { ...plan(import.meta.url, 'same class'), rejects: 'images', least: 2 };
}

export function create(): ImageNegatives {
  return {
    name: 'same class',
    drawImages({ images, labels, rows, width }, random, into) {
      const others = mates(labels, rows, 'same class', random);
      others.forEach((other, r) => {
        into.set(images.subarray(other * width, (other + 1) * width), r * width);
      });
    },
  };
}
