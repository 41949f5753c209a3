import type { Onlooker } from '../../onlooker.ts';
import { Ring, type RingSpace } from './ring.ts';

/** The microbatches that came in from outside, and when; who looks on is told. */
export class Entries {
  count = 0;
  /** those that found no room */
  refused = 0;
  /** when the microbatches inside came in, oldest first [paths] */
  private readonly inside: readonly Ring[];
  private readonly onlooker: Onlooker;

  constructor(paths: number, space: RingSpace, onlooker: Onlooker) {
    this.inside = Array.from({ length: paths }, () => new Ring(space));
    this.onlooker = onlooker;
  }

  enter(path: number, now: number): void {
    this.inside[path].push(now, now);
    this.onlooker.entered?.(path, this.count, now);
    this.count++;
  }

  /** One has been learned from in the stage that it leaves last. */
  leave(path: number, now: number): void {
    this.onlooker.left?.(path, this.inside[path].shift(), now);
  }

  /** One more comes and finds no room. */
  refuse(path: number, now: number): void {
    this.refused++;
    this.onlooker.lost?.(path, now);
  }

  /** As many are inside no more: some edge has lost them. */
  lose(path: number, count: number): void {
    for (let i = 0; i < count; i++) this.inside[path].shift();
  }
}
