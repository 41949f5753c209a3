import { must, mustBeWhole } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import type { ImageNegatives, ImageNegativesPlan } from './negative.ts';
import { mates } from './parts/mates.ts';
import { mustBeSquare } from './parts/square.ts';

export interface HybridMaskOptions {
  /** how often the random bits are blurred before they are cut at ½, ≥ 0: more blurs, larger patches; left out, 6 */
  readonly blurs?: number;
  /** whose image fills the rest: `any` other sample's, or one of another or the same class, where labels may be used; left out, any */
  readonly partner?: 'any' | 'other class' | 'same class';
}

/**
 * A patchwork of two samples: mask · a + (1 − mask) · b, where b is another sample of the microbatch. The mask starts as
 * random bits, is blurred with [¼ ½ ¼] along the rows and along the columns, and is cut at ½. So a negative has the short-range
 * structure of samples and another long-range structure. Where the class asked for has no other sample in the microbatch, b is
 * any other one; where the mask leaves a as it is, its reverse is taken. It needs square images, and no labels unless `partner` asks for a class.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Hinton 2022, section 3.2, which gives no number of blurs
 */
export function hybridMask({ blurs = 6, partner = 'any' }: HybridMaskOptions = {}): ImageNegativesPlan {
  mustBeWhole(blurs, 'blurs', 0);
  const known = ['any', 'other class', 'same class'].includes(partner);
  must(known, 'partner', "'any', 'other class' or 'same class'", partner);
  return { ...plan(import.meta.url, 'hybrid mask', { blurs, partner }), rejects: 'images', least: 2 };
}

export function create({ blurs, partner }: Required<HybridMaskOptions>): ImageNegatives {
  return {
    name: 'hybrid mask',
    mustSuit: mustBeSquare,
    drawImages({ images, labels, rows, width }, random, into) {
      const mask = maskOf(Math.round(Math.sqrt(width)));
      const others = mates(labels, rows, partner, random);
      for (let r = 0; r < rows; r++) {
        const bits = mask(blurs, random);
        const [a, b] = [r * width, others[r] * width];
        let differs = false;
        for (let j = 0; j < width; j++) {
          into[a + j] = images[(bits[j] >= 0.5 ? a : b) + j];
          differs ||= into[a + j] !== images[a + j];
        }
        if (differs) continue;
        for (let j = 0; j < width; j++) into[a + j] = images[(bits[j] >= 0.5 ? b : a) + j];
      }
    },
  };
}

/** Makes masks of side × side, each over the one before. */
function maskOf(side: number): (blurs: number, random: Random) => Float32Array {
  const [bits, room] = [new Float32Array(side * side), new Float32Array(side * side)];
  return (blurs, random) => {
    for (let j = 0; j < bits.length; j++) bits[j] = random.uniform() < 0.5 ? 0 : 1;
    for (let k = 0; k < blurs; k++) {
      blur(bits, room, side, 1);
      blur(room, bits, side, side);
    }
    return bits;
  };
}

/** One blur with [¼ ½ ¼] along one axis; beyond the edge the picture goes on as its last pixel. */
function blur(from: Float32Array, into: Float32Array, side: number, step: number): void {
  const across = step === 1 ? side : 1;
  for (let line = 0; line < side; line++) {
    const start = line * across;
    for (let i = 0; i < side; i++) {
      const at = start + i * step;
      const before = i > 0 ? from[at - step] : from[at];
      const after = i < side - 1 ? from[at + step] : from[at];
      into[at] = 0.25 * before + 0.5 * from[at] + 0.25 * after;
    }
  }
}
