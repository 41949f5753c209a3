import type { Random } from '../../core/random.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import type { Tally } from './counts.ts';
import type { ResolvedPulses } from './pulse-options.ts';

export interface WriterContext {
  readonly place: Workplace;
  readonly pulses: ResolvedPulses;
  /** a stream of its own */
  readonly random: Random;
  /** what was sent is added here */
  readonly tally: Tally;
  /** granularity that trains are planned by; left out, that of the cells */
  readonly granularity?: number;
}
