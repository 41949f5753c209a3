import { parentPort } from 'node:worker_threads';
import { Arena } from '../../../src/core/memory/arena.ts';
import type { WasmMemory } from '../../../src/core/memory/wasm.ts';
import { random } from '../../../src/core/random.ts';

/** Reserves places and writes a mark all over each, as often and as large as it is told. */
export interface Task {
  readonly memory: WasmMemory;
  readonly places: number;
  /** bytes of a place, at most */
  readonly most: number;
  readonly mark: number;
  readonly seed: number;
}

export interface Place {
  readonly at: number;
  readonly bytes: number;
  readonly mark: number;
  /** whether it was all 0 when it was handed out */
  readonly fresh: boolean;
}

export function take({ memory, places, most, mark, seed }: Task): Place[] {
  const arena = Arena.over(memory);
  const draw = random(seed);
  return Array.from({ length: places }, () => {
    const bytes = draw.whole(most + 1);
    const array = arena.bytes(bytes);
    const fresh = array.every((byte) => byte === 0);
    array.fill(mark);
    return { at: array.byteOffset, bytes, mark, fresh };
  });
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(take(task)));
