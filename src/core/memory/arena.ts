import { Ledger } from './ledger.ts';
import { Memory, type WasmMemory } from './wasm.ts';

const lineBytes = 64;
const pageBytes = 65_536;
const maximumPages = 65_536;
/** pages added at once: 16 MiB */
const stride = 256;

/** the arena of each memory on this thread */
const arenas = new WeakMap<WasmMemory, Arena>();

/**
 * The memory of one run: a shared WebAssembly memory that all its threads see. Weights, operands and the slots of links
 * are arrays in it, so kernels, native products and links work on the same bytes, and nothing is copied between them.
 *
 * It hands memory out and never takes it back: what a run needs is made once, when it is first needed, and goes as a whole. Any
 * thread may ask; no two places overlap. It grows as needed, to less than 4 GiB; arrays made before stay valid.
 */
export class Arena {
  readonly memory: WasmMemory;
  /** every object that stood or stands for the memory's bytes on this thread */
  private readonly buffers = new WeakSet<ArrayBufferLike>();
  private ledger: Ledger | undefined;

  private constructor(memory: WasmMemory) {
    this.memory = memory;
  }

  /** The arena over a memory, which may come from another thread: the same one each time. Left out, over a new memory. */
  static over(memory: WasmMemory = new Memory({ initial: 1, maximum: maximumPages, shared: true })): Arena {
    const arena = arenas.get(memory) ?? new Arena(memory);
    arenas.set(memory, arena);
    return arena;
  }

  /**
   * Writes down what this thread reserves from now on, and hands out first what an earlier thread with the same ledger has
   * left behind: that one must be gone.
   *
   * @param head  a line of this memory that is the ledger's, as `reserve` gave it
   */
  keepBooks(head: number): void {
    this.memory.grow(0); // places that another thread has made by growing it are to be seen
    this.ledger = new Ledger(this.memory, head);
  }

  /** The bytes as this thread sees them now: all that was handed out here. */
  get buffer(): SharedArrayBuffer {
    const { buffer } = this.memory;
    this.buffers.add(buffer);
    return buffer;
  }

  /**
   * Sets bytes aside, all 0.
   *
   * @returns  where they start: a multiple of 64
   * @throws {RangeError} when the run's memory would reach 4 GiB, or the system has no more
   */
  reserve(bytes: number): number {
    const lines = Math.ceil(bytes / lineBytes);
    const { ledger } = this;
    if (ledger === undefined) return this.take(lines);
    const left = ledger.reuse(lines);
    if (left !== undefined) {
      this.see(left + lines * lineBytes);
      return left;
    }
    const at = this.take(lines + 1) + lineBytes;
    ledger.note(at, lines);
    return at;
  }

  private take(lines: number): number {
    // the first line holds the count of lines handed out after it; what does not fit is not counted
    const count = new Int32Array(this.buffer, 0, 1);
    for (;;) {
      const taken = Atomics.load(count, 0);
      const at = (taken + 1) * lineBytes;
      mustFit(at + lines * lineBytes);
      if (Atomics.compareExchange(count, 0, taken, taken + lines) !== taken) continue;
      this.see(at + lines * lineBytes);
      return at;
    }
  }

  /** An array of zeros. */
  floats(length: number): Float32Array<SharedArrayBuffer> {
    const at = this.reserve(4 * length);
    return new Float32Array(this.buffer, at, length);
  }

  /** Bytes, all 0. */
  bytes(length: number): Uint8Array<SharedArrayBuffer> {
    const at = this.reserve(length);
    return new Uint8Array(this.buffer, at, length);
  }

  /** Numbers from 0 to 65,535, all 0. */
  shorts(length: number): Uint16Array<SharedArrayBuffer> {
    const at = this.reserve(2 * length);
    return new Uint16Array(this.buffer, at, length);
  }

  /** Words, all 0. */
  words(length: number): Uint32Array<SharedArrayBuffer> {
    const at = this.reserve(4 * length);
    return new Uint32Array(this.buffer, at, length);
  }

  /** whether an array lies in this memory */
  holds(array: ArrayBufferView): boolean {
    return this.buffers.has(array.buffer);
  }

  /** Makes this thread see the memory up to `end`, and makes the memory that long where it is not. */
  see(end: number): void {
    if (end <= this.memory.buffer.byteLength) return;
    mustFit(end);
    let had = -1;
    for (;;) {
      this.memory.grow(0); // what another thread has grown is sure to be seen after a growth of our own
      const has = this.memory.buffer.byteLength / pageBytes;
      const lacks = Math.ceil(end / pageBytes) - has;
      if (lacks <= 0) return;
      try {
        // where a stride is not to be had, another thread may have taken it, or what is lacking may be less
        this.memory.grow(had === has ? lacks : Math.min(Math.max(lacks, stride), maximumPages - has));
      } catch (cause) {
        if (had === has)
          throw new RangeError(`memory must be granted by the system; got a refusal at ${end} bytes`, {
            cause,
          });
        had = has;
      }
    }
  }
}

/** The end of the memory itself stays free: there 32 bits, which is what kernels count in, are back at 0. */
function mustFit(end: number): void {
  if (!(end < maximumPages * pageBytes))
    throw new RangeError(`memory of a run must be less than 4 GiB; got ${end} bytes`);
}
