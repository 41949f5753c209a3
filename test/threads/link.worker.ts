import { parentPort, workerData } from 'node:worker_threads';
import { Arena } from '../../src/core/memory/arena.ts';
import type { WasmMemory } from '../../src/core/memory/wasm.ts';
import type { LinkEnd } from '../../src/threads/link.ts';
import { receiveAll, sendAll, type Traffic } from './traffic.ts';

// One end of a link on a thread of its own: it does its part of the traffic and says what it saw.

interface Job {
  readonly end: LinkEnd;
  readonly memory: WasmMemory;
  readonly role: 'send' | 'receive';
  readonly traffic: Traffic;
}

const { end, memory, role, traffic } = workerData as Job;
const arena = Arena.over(memory);
const work = role === 'send' ? sendAll(end, arena, traffic) : receiveAll(end, arena, traffic);
work.then((seen) => parentPort?.postMessage(seen));
