import { type MessagePort, parentPort } from 'node:worker_threads';
import type { LinkEnd } from '../../src/pipeline/link.ts';
import { receiveAll, receiveLazily, sendAll, sendLazily, type Traffic } from './traffic.ts';

/** One end of one link, to be worked to its end. */
export interface Job {
  readonly role: 'send' | 'receive';
  readonly end: LinkEnd;
  readonly traffic: Traffic;
  readonly lazy: boolean;
  /** where to say what was seen */
  readonly answer: MessagePort;
}

parentPort?.on('message', ({ role, end, traffic, lazy, answer }: Job) => {
  const [send, receive] = lazy ? [sendLazily, receiveLazily] : [sendAll, receiveAll];
  const work: Promise<unknown> = role === 'send' ? send(end, traffic) : receive(end, traffic);
  work.then((seen) => {
    answer.postMessage(seen);
    answer.close();
  });
});
