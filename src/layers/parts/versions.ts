import { must } from '../../core/check.ts';
import type { Matrix } from '../../core/matrix.ts';
import type { Tile, TileMaker } from '../../tiles/tile.ts';

/** Weights between two updates. */
export interface Version {
  /** where they are: the newest tile, or one of their own once that has been updated */
  tile: Tile;
  /** microbatches that went forward with them and are still to come back */
  readers: number;
}

/**
 * Weight stashing: a microbatch goes back by the weights with which it went forward, though they have been updated since.
 * An update copies the weights first where some microbatch still needs them, and never else.
 *
 * @see Narayanan 2019, PipeDream, section 3.3
 */
export class Versions {
  private readonly tiles: TileMaker;
  private readonly tile: Tile;
  private newest: Version;
  /** tiles of older versions, in use or not */
  private readonly older: Tile[] = [];
  private readonly spare: Tile[] = [];

  /** @param tile  holds the newest weights */
  constructor(tile: Tile, tiles: TileMaker) {
    this.tiles = tiles;
    this.tile = tile;
    this.newest = { tile, readers: 0 };
  }

  /** Holds the newest weights for one microbatch, until it comes back. */
  hold(): Version {
    this.newest.readers++;
    return this.newest;
  }

  /**
   * Reads weights backward, and lets go of them.
   *
   * @param delta  [rows × units]
   * @param into   [rows × inputs]; left out, nothing is read
   * @throws {RangeError} when the microbatch holds none
   */
  readBack(version: Version | undefined, delta: Matrix, into: Matrix | undefined): void {
    must(version !== undefined, 'B', 'that of a microbatch that went forward, once', 'another');
    if (into) version.tile.readBack(delta, into);
    if (--version.readers === 0 && version.tile !== this.tile) this.spare.push(version.tile);
  }

  /** Puts the weights aside for those that hold them: they are about to be updated. */
  stash(): void {
    if (this.newest.readers === 0) return;
    const { inputs, units, weights } = this.tile;
    let copy = this.spare.pop();
    if (copy === undefined) {
      copy = this.tiles.tile(inputs, units);
      this.older.push(copy);
    }
    copy.weights.set(weights);
    copy.written();
    this.newest.tile = copy;
    this.newest = { tile: this.tile, readers: 0 };
  }

  /** multiply-accumulates executed so far, by all versions */
  get macs(): number {
    return this.older.reduce((sum, { macs }) => sum + macs, this.tile.macs);
  }

  dispose(): void {
    for (const one of [this.tile, ...this.older]) one.dispose();
  }
}
