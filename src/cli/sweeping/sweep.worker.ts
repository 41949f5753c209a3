import type { SimulationSettings } from '../settings/simulation-settings.ts';
import { type SimulationDocument, simulated } from '../simulating/simulated.ts';

/** A row of a sweep: what was measured, or why it couldn't be; nothing in it is of the machine or of the hour. */
export type SweepRow =
  | Omit<SimulationDocument, 'eventsPerSecond'>
  | { readonly settings: SimulationSettings; readonly error: string };

/** One point of a sweep, on a thread of the pool. */
export default async function point(settings: SimulationSettings): Promise<SweepRow> {
  try {
    const { eventsPerSecond: _, ...row } = await simulated(settings);
    return row;
  } catch (error) {
    return { settings, error: (error as Error).message };
  }
}
