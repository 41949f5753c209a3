import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Arena } from '../../../src/core/memory/arena.ts';
import type { WasmMemory } from '../../../src/core/memory/wasm.ts';
import { threadArguments } from '../../../src/core/thread.ts';
import { type Place, type Task, take } from './arena.worker.ts';

const mebi = 2 ** 20;
const threads: Worker[] = [];

beforeAll(() => {
  for (let i = 0; i < 2; i++) {
    threads.push(
      new Worker(new URL('./arena.worker.ts', import.meta.url), {
        execArgv: threadArguments(import.meta.url),
      }),
    );
  }
});

afterAll(() => Promise.all(threads.map((thread) => thread.terminate())));

function onThread(i: number, task: Task): Promise<Place[]> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      threads[i].removeAllListeners('message').removeAllListeners('error');
      end();
    };
    threads[i].once('message', (places) => settle(() => resolve(places)));
    threads[i].once('error', (error) => settle(() => reject(error)));
    threads[i].postMessage(task);
  });
}

/** Says so unless places were fresh, lie on lines of 64 bytes, apart from each other, and hold what was written there. */
function mustBeApart(arena: Arena, places: readonly Place[]): void {
  const sorted = [...places].filter(({ bytes }) => bytes > 0).sort((a, b) => a.at - b.at);
  for (const [i, { at, bytes, fresh }] of sorted.entries()) {
    expect(fresh).toBe(true);
    expect(at % 64).toBe(0);
    expect(at).toBeGreaterThanOrEqual(64);
    if (i > 0) expect(at).toBeGreaterThanOrEqual(sorted[i - 1].at + sorted[i - 1].bytes);
    arena.see(at + bytes);
  }
  for (const { at, bytes, mark } of sorted) {
    const own = new Uint8Array(arena.buffer, at, bytes);
    expect([own[0], own[bytes - 1], own.every((byte) => byte === mark)]).toEqual([mark, mark, true]);
  }
}

describe('what an arena hands out', () => {
  it('is zeros, on lines of 64 bytes, in shared memory', () => {
    const arena = Arena.over();
    const [floats, bytes, none] = [arena.floats(37), arena.bytes(5), arena.floats(0)];
    expect([...floats]).toEqual(new Array(37).fill(0));
    expect([...bytes]).toEqual([0, 0, 0, 0, 0]);
    expect(none).toHaveLength(0);
    for (const array of [floats, bytes, none]) {
      expect(array.byteOffset % 64).toBe(0);
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
    expect(arena.reserve(1) % 64).toBe(0);
  });

  it('never overlaps, whatever the sizes', () => {
    const places = fc.record({ places: fc.nat(60), most: fc.constantFrom(1, 200, 60_000), seed: fc.nat() });
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 255 }), (of, mark) => {
        const arena = Arena.over();
        mustBeApart(arena, take({ memory: arena.memory, mark, ...of }));
      }),
      { numRuns: 20 },
    );
  });

  it('never overlaps where two threads and this one ask at once, and the memory grows meanwhile', async () => {
    const wishes = fc.array(fc.record({ places: fc.nat(200), most: fc.constantFrom(64, 5000, mebi / 4) }), {
      minLength: 3,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(wishes, fc.nat(), async (three, seed) => {
        const arena = Arena.over();
        const tasks = three.map((of, i): Task => {
          return {
            ...of,
            ...{ memory: arena.memory, mark: i + 1, seed: seed + i },
            places: Math.min(of.places, 1e7 / of.most),
          };
        });
        const elsewhere = [onThread(0, tasks[0]), onThread(1, tasks[1])];
        const here = take(tasks[2]);
        mustBeApart(arena, [...here, ...(await Promise.all(elsewhere)).flat()]);
      }),
      { numRuns: 12 },
    );
  });
});

describe('growth', () => {
  it('leaves arrays that were made before valid, and shared', () => {
    const arena = Arena.over();
    const early = arena.floats(4);
    const before = arena.buffer;
    early[0] = 1;
    const late = arena.floats(20 * mebi);
    expect(arena.buffer).not.toBe(before);
    early[1] = 2;
    const again = new Float32Array(arena.buffer, early.byteOffset, 4);
    again[2] = 3;
    expect([...early]).toEqual([1, 2, 3, 0]);
    expect([...again]).toEqual([1, 2, 3, 0]);
    late[late.length - 1] = 4;
    expect([arena.holds(early), arena.holds(late)]).toEqual([true, true]);
  });

  it('by another thread is seen', async () => {
    const arena = Arena.over();
    const early = arena.floats(1);
    const places = await onThread(0, { memory: arena.memory, places: 9, most: 9 * mebi, mark: 5, seed: 2 });
    const { at, bytes } = places[8];
    expect(at + bytes).toBeGreaterThan(20 * mebi);
    arena.see(at + bytes);
    const seen = new Uint8Array(arena.buffer, at, bytes);
    expect([seen[0], seen[bytes - 1]]).toEqual([5, 5]);
    expect(arena.holds(seen) && arena.holds(early)).toBe(true);
  });

  /** A memory whose growth by more pages than that is refused, and during the first of which another thread grows it. */
  function scarce(pages: number, other = 0): WasmMemory {
    let buffer = new SharedArrayBuffer(65_536);
    let others = other;
    const grown = (by: number) => {
      const next = new SharedArrayBuffer(buffer.byteLength + by * 65_536);
      new Uint8Array(next).set(new Uint8Array(buffer));
      buffer = next;
    };
    return {
      get buffer() {
        return buffer;
      },
      grow(by) {
        if (by > 0 && others > 0) {
          grown(others);
          others = 0;
        }
        if (by > pages) throw new RangeError('Maximum memory size exceeded');
        if (by > 0) grown(by);
        return 0;
      },
    };
  }

  it('is by what is lacking where there is no more to be had', () => {
    const arena = Arena.over(scarce(10));
    expect(arena.floats(9 * 16_384)).toHaveLength(9 * 16_384);
    expect(arena.buffer.byteLength).toBe(10 * 65_536);
  });

  it('takes what another thread has grown meanwhile', () => {
    const arena = Arena.over(scarce(0, 4));
    expect(arena.floats(3 * 16_384)).toHaveLength(3 * 16_384);
    const other = Arena.over(scarce(2, 4));
    expect(other.floats(6 * 16_384)).toHaveLength(6 * 16_384);
  });

  it('that is refused is one sentence', () => {
    const arena = Arena.over(scarce(0));
    expect(() => arena.reserve(100_000)).toThrow(
      new RangeError('memory must be granted by the system; got a refusal at 100096 bytes'),
    );
  });
});

describe('4 GiB', () => {
  it('and more are refused in one sentence, and leave the arena as it was', () => {
    const arena = Arena.over();
    const says = (bytes: number, end: number) =>
      expect(() => arena.reserve(bytes)).toThrow(
        new RangeError(`memory of a run must be less than 4 GiB; got ${end} bytes`),
      );
    const first = arena.reserve(64);
    says(2 ** 32, 2 ** 32 + 128);
    says(2 ** 32 - 128, 2 ** 32);
    // as many lines as bring a count of 32 bits back to where it was, or before that
    says(2 ** 38, 2 ** 38 + 128);
    says(2 ** 38 - 64, 2 ** 38 + 64);
    says(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(() => arena.see(2 ** 33)).toThrow('must be less than 4 GiB; got 8589934592 bytes');
    expect(arena.reserve(64)).toBe(first + 64);
    expect(() => arena.floats(2 ** 30)).toThrow(RangeError);
    expect(arena.floats(8).byteOffset).toBe(first + 128);
  });
});

describe('an arena', () => {
  it('is the same one each time over one memory, and another over another', () => {
    const arena = Arena.over();
    expect(Arena.over(arena.memory)).toBe(arena);
    expect(Arena.over()).not.toBe(arena);
  });

  it('holds its own arrays and parts of them, and nothing else', () => {
    const arena = Arena.over();
    const own = arena.floats(8);
    expect([own, own.subarray(3), arena.bytes(1)].map((array) => arena.holds(array))).toEqual([
      true,
      true,
      true,
    ]);
    const foreign = [new Float32Array(8), new Float32Array(new SharedArrayBuffer(32)), own.slice()];
    expect([...foreign, Arena.over().floats(8)].map((array) => arena.holds(array))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
