/** What a reader's messages are written to, as `http.ServerResponse` has it. */
export interface Sink {
  /** @returns whether it takes more at once */
  write(text: string): boolean;
  on(event: 'drain' | 'close', call: () => void): unknown;
  destroy(): unknown;
  end(): unknown;
}

export interface ReadersOptions {
  /** readers at the same time */
  readonly most: number;
  /** messages that wait for a reader who does not keep up; the oldest is lost first */
  readonly room: number;
  /** nanoseconds after which a reader is let go who takes nothing */
  readonly patience: number;
  /** nanoseconds */
  readonly clock: () => number;
}

interface Reader {
  readonly sink: Sink;
  readonly waiting: { readonly text: string; readonly lossy: boolean }[];
  /** since when it takes nothing; undefined while it keeps up */
  stuckSince: number | undefined;
}

/**
 * Those who read a stream of server-sent events. Each has a bounded queue of its own that loses its oldest lossy messages first: a
 * reader that is slow, or reads nothing, holds up nobody and takes no more memory with time. One that would lose what must not be
 * lost is let go; its browser comes again, and is told everything anew.
 */
export class Readers {
  private readonly options: ReadersOptions;
  private readonly readers = new Set<Reader>();

  constructor(options: ReadersOptions) {
    this.options = options;
  }

  get count(): number {
    return this.readers.size;
  }

  /** messages that wait, of all readers */
  get waiting(): number {
    return [...this.readers].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /** whether one more may come */
  get room(): boolean {
    return this.readers.size < this.options.most;
  }

  /** @param greeting  what it is told first */
  add(sink: Sink, greeting: string): void {
    const reader: Reader = { sink, waiting: [], stuckSince: undefined };
    this.readers.add(reader);
    sink.on('close', () => this.readers.delete(reader));
    sink.on('drain', () => this.drain(reader));
    this.write(reader, greeting);
  }

  /**
   * Tells all of them.
   *
   * @param lossy  whether a reader that does not keep up may miss it
   */
  send(text: string, lossy: boolean): void {
    for (const reader of this.readers) {
      if (reader.stuckSince === undefined) this.write(reader, text);
      else this.queue(reader, { text, lossy });
    }
  }

  /** Ends all of their streams. */
  close(): void {
    for (const { sink } of this.readers) sink.end();
    this.readers.clear();
  }

  private write(reader: Reader, text: string): void {
    if (!reader.sink.write(text)) reader.stuckSince = this.options.clock();
  }

  private queue(reader: Reader, message: Reader['waiting'][number]): void {
    const { room, patience, clock } = this.options;
    const { waiting, stuckSince = 0 } = reader;
    waiting.push(message);
    if (clock() - stuckSince > patience) this.letGo(reader);
    if (waiting.length <= room) return;
    const oldest = waiting.findIndex(({ lossy }) => lossy);
    if (oldest < 0) this.letGo(reader);
    else waiting.splice(oldest, 1);
  }

  private drain(reader: Reader): void {
    reader.stuckSince = undefined;
    while (reader.stuckSince === undefined) {
      const next = reader.waiting.shift();
      if (next === undefined) return;
      this.write(reader, next.text);
    }
  }

  private letGo(reader: Reader): void {
    this.readers.delete(reader);
    reader.sink.destroy();
  }
}

/** A message as server-sent events have it. */
export function eventText(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
