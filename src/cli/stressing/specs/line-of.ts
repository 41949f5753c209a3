import type { OpenLine } from '../../../extend.ts';
import type { SampleStream } from '../../../index.ts';
import { type Arrivals, regular } from '../../../simulation.ts';
import { duration } from '../../settings/quantities.ts';
import type { StressSettings } from '../stress-settings.ts';
import { arrivalsOf } from './arrivals-of.ts';
import { overflowOf } from './overflow-of.ts';

/** nanoseconds that samples come for, where nobody says */
const usual = 10e9;

/**
 * The open line that settings describe.
 *
 * @throws {Error} one sentence, where one is out of range or a rate is lacking
 */
export async function lineOf(settings: StressSettings, stream: SampleStream): Promise<OpenLine> {
  const { arrivals: spec, rate, full, room, count, duration: lasts } = settings;
  const overflow = overflowOf(full);
  const frames = stream.framesPerSecond;
  const arrivals = await plannedOf(spec, rate ?? (frames === undefined ? undefined : `${frames}/s`), stream);
  const bounded = count !== undefined || stream.live !== undefined || arrivals.name === 'replay';
  const time = lasts === undefined ? (bounded ? undefined : usual) : duration('duration', lasts);
  if (time === 0) throw new Error(`duration must be above 0; got '${lasts}'`);
  return { arrivals, room, overflow, ...(time !== undefined && { lasts: time }) };
}

async function plannedOf(spec: string, rate: string | undefined, stream: SampleStream): Promise<Arrivals> {
  const asItComes = spec === 'constant' && rate === undefined;
  if (!asItComes) return arrivalsOf(spec, rate);
  if (stream.live === undefined)
    throw new Error(`rate must be given for source '${stream.name}', such as 2000/s; got none`);
  // the plan is far ahead: each sample has come once it is read
  return { ...regular(1e12), name: 'as read' };
}
