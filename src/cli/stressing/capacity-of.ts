import { figure } from '../../report.ts';
import { remark } from '../outlet.ts';
import { duration } from '../settings/quantities.ts';
import { interruptible } from '../signals.ts';
import { type Capacity, findCapacity } from './find-capacity.ts';
import type { PreparedStress } from './prepare-stress.ts';
import { arrivalsOf } from './specs/arrivals-of.ts';
import { losesInside } from './specs/edges-of.ts';
import { StressFigures } from './stress-figures.ts';

/** nanoseconds of a probe, where nobody says */
const usual = 4e9;

/** Finds what a prepared stream sustains, with its own kind of arrivals. */
export async function capacityOf(
  { settings, pipeline, runtime }: PreparedStress,
  repetitions: number,
): Promise<Capacity> {
  const { duration: lasts, arrivals: spec, rate } = settings;
  if (rate !== undefined)
    throw new Error(`rate must be left out with findCapacity, which searches it; got '${rate}'`);
  if (losesInside(settings))
    throw new Error(
      `fullEdge must be left out with findCapacity, for what loses never falls behind; got '${settings.fullEdge}'`,
    );
  // at any rate: what is wrong with the arrivals is told before the search
  await arrivalsOf(spec, '1/s');
  const interrupt = interruptible();
  const found = await findCapacity({
    ...{ pipeline, runtime, repetitions, signal: interrupt.signal },
    watch: (streaming) => {
      const figures = new StressFigures(settings, streaming, runtime.name);
      return (event) => figures.add(event);
    },
    ...(!settings.timing && { checkpointEvery: settings.checkpointEvery }),
    lasts: lasts === undefined ? usual : duration('duration', lasts),
    lineAt: async (perSecond) => ({ arrivals: await arrivalsOf(spec, `${perSecond}/s`) }),
    tell: ({ rate: tried, slope, sustained }) =>
      remark(
        `${figure(tried)}/s ${sustained ? 'is sustained' : 'is too much'}: waiting grows by ${figure(1000 * slope)} ms a second`,
      ),
  });
  interrupt.done();
  return found;
}

export function capacityText({ perSecond, ci95, repetitions }: Capacity): string {
  const interval = ci95 === null ? '' : ` [${ci95.map(figure).join(', ')}]`;
  return `capacity: ${figure(perSecond)} samples per second${interval}, of ${repetitions.length} searches: ${repetitions.map(figure).join(', ')}\n`;
}
