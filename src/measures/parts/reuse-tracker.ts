/** Mean and cost of the distances of all reads by one clock. */
export interface Distances {
  /** average reuse distance: Σ floats · distance / Σ floats over reads, in floats; 0 without reads */
  readonly average: number;
  /** data-movement cost: Σ floats · √distance over reads */
  readonly movement: number;
}

/** What went through one memory. */
export interface Reuse {
  /** accesses of whole buffers */
  readonly reads: number;
  readonly writes: number;
  /** floats that they moved */
  readonly floats: number;
  /** from a buffer's last write to each read: reads leave it as it is */
  readonly sinceWrite: Distances;
  /** from a buffer's last access, be it a read or a write: the true reuse distance */
  readonly sinceAccess: Distances;
}

/**
 * Reuse distances in one memory of named buffers. Its clock counts floats: each access of a buffer moves it on by the
 * buffer's size, and the distance of a read is how far it has gone since the buffer was written, or accessed, last. A read of
 * a buffer that was never written, or never accessed, has no such distance.
 *
 * @see the `MemTracker` of the Sutro group's sparse-parity experiments, whose distances are those since the last write
 */
export class ReuseTracker {
  private clock = 0;
  private readonly sinceWrite = new DistanceSum();
  private readonly sinceAccess = new DistanceSum();
  private reads = 0;
  private writes = 0;
  private floats = 0;
  /** whether what comes is counted; the clock goes on in any case */
  counting = true;

  /** @param floats  size of the buffer, ≥ 0 */
  write(buffer: string, floats: number): void {
    this.sinceWrite.start(buffer, this.clock);
    this.sinceAccess.start(buffer, this.clock);
    if (this.counting) this.writes++;
    this.move(floats);
  }

  /** @param floats  size of the buffer, ≥ 0 */
  read(buffer: string, floats: number): void {
    if (this.counting) {
      this.reads++;
      this.sinceWrite.add(buffer, this.clock, floats);
      this.sinceAccess.add(buffer, this.clock, floats);
    }
    this.sinceAccess.start(buffer, this.clock);
    this.move(floats);
  }

  /** A buffer is used no more, and needs no place here. */
  forget(buffer: string): void {
    this.sinceWrite.forget(buffer);
    this.sinceAccess.forget(buffer);
  }

  value(): Reuse {
    const { reads, writes, floats } = this;
    return {
      ...{ reads, writes, floats },
      sinceWrite: this.sinceWrite.value(),
      sinceAccess: this.sinceAccess.value(),
    };
  }

  private move(floats: number): void {
    this.clock += floats;
    if (this.counting) this.floats += floats;
  }
}

/** Distances from where each buffer's clock was started. */
class DistanceSum {
  private readonly starts = new Map<string, number>();
  private floats = 0;
  private weighted = 0;
  private movement = 0;

  start(buffer: string, clock: number): void {
    this.starts.set(buffer, clock);
  }

  forget(buffer: string): void {
    this.starts.delete(buffer);
  }

  add(buffer: string, clock: number, floats: number): void {
    const start = this.starts.get(buffer);
    if (start === undefined) return;
    this.floats += floats;
    this.weighted += floats * (clock - start);
    this.movement += floats * Math.sqrt(clock - start);
  }

  value(): Distances {
    return { average: this.floats === 0 ? 0 : this.weighted / this.floats, movement: this.movement };
  }
}
