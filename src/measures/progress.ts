import type { Measure } from './measure.ts';

export interface Progress {
  /** passes begun, from 1; 0 before the first microbatch */
  readonly epoch: number;
  /** samples sent in to be learned */
  readonly sent: number;
  /** whether the test set is being predicted */
  readonly testing: boolean;
}

/** How far the source has come. */
export function progress(): Measure<Progress> {
  let epoch = 0;
  let sent = 0;
  let testing = false;
  return {
    add(event) {
      if (event.kind === 'prediction' && event.of === 'test') testing = true;
      if (event.kind !== 'arrival' || event.purpose !== 'learn') return;
      epoch = event.epoch + 1;
      sent += event.rows;
    },
    value: () => ({ epoch, sent, testing }),
  };
}
