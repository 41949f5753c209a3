import { parentPort, workerData } from 'node:worker_threads';
import type { LinkEnd } from '../../src/pipeline/link.ts';
import { receiveAll, sendAll, type Traffic } from './traffic.ts';

// One end of a link on a thread of its own: it does its part of the traffic and says what it saw.

const { end, role, traffic } = workerData as { end: LinkEnd; role: 'send' | 'receive'; traffic: Traffic };
const work = role === 'send' ? sendAll(end, traffic) : receiveAll(end, traffic);
work.then((seen) => parentPort?.postMessage(seen));
