import type { WasmMemory } from './wasm.ts';

const lineBytes = 64;

/**
 * What one thread has reserved of a run's memory, written down in that memory: a list that outlives the thread. Whoever takes
 * its part is given the same places again, so that memory does not grow with the number of threads that died.
 *
 * Each place has a line before it: [place before it in the list, lines].
 */
export class Ledger {
  private readonly memory: WasmMemory;
  private readonly head: number;
  /** places that an earlier life left behind, by their size in lines */
  private readonly left = new Map<number, number[]>();

  /** @param head  a line of the memory in which the list begins, all 0 at first */
  constructor(memory: WasmMemory, head: number) {
    this.memory = memory;
    this.head = head;
    for (let at = this.word(head); at !== 0; at = this.word(at - lineBytes)) {
      const lines = this.word(at - lineBytes + 4);
      const places = this.left.get(lines);
      if (places === undefined) this.left.set(lines, [at]);
      else places.push(at);
    }
  }

  /** A place that was left behind, all 0 again; undefined where there is none of this size. */
  reuse(lines: number): number | undefined {
    const at = this.left.get(lines)?.pop();
    if (at !== undefined) new Uint8Array(this.memory.buffer, at, lines * lineBytes).fill(0);
    return at;
  }

  /** Writes down a place: the line before it is the ledger's. */
  note(at: number, lines: number): void {
    const line = new Int32Array(this.memory.buffer, at - lineBytes, 2);
    line[0] = this.word(this.head) | 0;
    line[1] = lines;
    // last: a thread may end between two words
    Atomics.store(new Int32Array(this.memory.buffer, this.head, 1), 0, at | 0);
  }

  private word(at: number): number {
    return new Uint32Array(this.memory.buffer, at, 1)[0];
  }
}
