import { z } from 'zod';
import { notNegative, oneOf, text, whole, yesOrNo } from './fields.ts';
import { scheduleNames, scheduleOptions } from './schedules.ts';

/** Every setting of a simulation, each with its rule and its default: once, here. */
export const simulationShape = {
  schedule: text('schedule', `one of ${scheduleNames.join(', ')} or the path of a module`)
    .default('stream')
    .describe(`what a stage does next: ${scheduleNames.join(', ')}, or the path of your own, ./mine.ts`),
  stages: whole('stages', 1).default(4).describe('devices, one stage each (or so many chunks)'),
  microbatches: whole('microbatches', 1)
    .default(32)
    .describe('of one flush; of the whole run where nothing is flushed; chapters of pff'),
  flushes: whole('flushes', 1).default(1).describe('flushes, one after the other'),
  window: whole('window', 1, 'microbatches')
    .optional()
    .describe('microbatches between two updates of pipedream-2bw (default: the stages)'),
  ...optionsOfSchedules(),
  layers: whole('layers', 1)
    .optional()
    .describe('layers that the stages share; --cost is then that of one layer, not of one stage'),
  cost: text('cost', 'a time or F=…,B=…,W=…,U=… of times')
    .default('F=1ms,B=1ms,W=1ms')
    .describe(
      'of one stage and microbatch. F=…,B=…,W=…: one forward, input gradient and weight gradient; stream makes two F and two W for its positive and negative, mono-forward one of each. A single time is the whole op of a local stage, and that of each of F, B, W otherwise. A time is 1ms, exp:1ms, lognormal:0.1:1ms or values:1ms;2ms',
    ),
  profile: text('profile', 'a file')
    .optional()
    .describe("costs from a file: calibrate's, or PipeDream's graph.txt"),
  jitter: text('jitter', 'none, lognormal:<cv> or exp')
    .default('none')
    .describe('stretches each op anew: lognormal:<cv> or exp'),
  linkLatency: text('linkLatency', 'a time').default('0').describe('from the end of sending to arrival'),
  linkJitter: text('linkJitter', 'none, lognormal:<cv> or exp')
    .default('none')
    .describe('stretches the latency'),
  bandwidth: text('bandwidth', 'bytes per second')
    .optional()
    .describe('of a link, such as 10GB/s (default: unbounded)'),
  duplex: oneOf('duplex', ['full', 'half'])
    .default('full')
    .describe('half: both directions share the bandwidth'),
  overlap: yesOrNo('overlap').default(true).describe('a device can’t compute while it sends'),
  activation: text('activation', 'a size')
    .default('0B')
    .describe(
      'bytes of one microbatch’s activity on a link, and of its gradient; stream sends twice as much',
    ),
  capacity: text('capacity', 'a whole number of microbatches, 1 or more, or unbounded')
    .optional()
    .describe(
      'microbatches that a link holds, the one being worked on included: b slots between machines are b + 1 (default: 2 in a saturated stream, else unbounded)',
    ),
  blocking: oneOf('blocking', ['after', 'before'])
    .default('after')
    .describe('a stage needs room on its link after it has made an activity, or before, as real stages do'),
  arrivals: text('arrivals', 'poisson:<rate>, regular:<rate> or saturated')
    .default('saturated')
    .describe('poisson:0.8/ms or regular:0.8/ms: an open line, where what finds the first link full is lost'),
  slow: text('slow', '<stage>:<factor>').optional().describe('slower all the time: 3:2 or 3:2,5:1.5'),
  pauses: text('pauses', '<rate>:<time>')
    .optional()
    .describe('devices stand still now and then: 2/s:exp:5ms'),
  failures: text('failures', '<rate>:<restart>:<checkpoint>')
    .optional()
    .describe('devices fail, restart and make again all since the last checkpoint: 1/h:30s:60s'),
  busyWatts: notNegative('busyWatts').default(300).describe('of a device at work, for the energy'),
  idleWatts: notNegative('idleWatts').default(90).describe('of a device that waits, for the energy'),
  replications: whole('replications', 1)
    .optional()
    .describe('runs with other draws (default: 20 where a schedule flushes and something is random, else 1)'),
  seed: whole('seed', 0).default(1).describe('every draw follows from it'),
};

export const simulationSettings = z.strictObject(simulationShape);
export type SimulationSettings = z.infer<typeof simulationSettings>;

/** A flag for each option that some schedule takes. */
function optionsOfSchedules(): { readonly [option in never]: z.ZodType } {
  return Object.fromEntries(
    Object.entries(scheduleOptions).map(([name, option]) => {
      const field = option.kind === 'whole' ? whole(name, option.least) : oneOf(name, option.values);
      return [name, field.optional().describe(option.says)];
    }),
  );
}
