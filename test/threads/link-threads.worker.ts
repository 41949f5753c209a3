import { type MessagePort, parentPort } from 'node:worker_threads';
import { Arena } from '../../src/core/memory/arena.ts';
import type { WasmMemory } from '../../src/core/memory/wasm.ts';
import type { LinkEnd } from '../../src/threads/link.ts';
import { receiveAll, receiveLazily, sendAll, sendLazily, type Traffic } from './traffic.ts';

/** One end of one link, to be worked to its end. */
export interface Job {
  readonly role: 'send' | 'receive';
  readonly end: LinkEnd;
  readonly memory: WasmMemory;
  readonly traffic: Traffic;
  readonly lazy: boolean;
  /** where to say what was seen */
  readonly answer: MessagePort;
}

parentPort?.on('message', ({ role, end, memory, traffic, lazy, answer }: Job) => {
  const arena = Arena.over(memory);
  const [send, receive] = lazy ? [sendLazily, receiveLazily] : [sendAll, receiveAll];
  const work: Promise<unknown> = role === 'send' ? send(end, arena, traffic) : receive(end, arena, traffic);
  work.then((seen) => {
    answer.postMessage(seen);
    answer.close();
  });
});
