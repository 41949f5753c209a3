import { z } from 'zod';
import { namesOrPathInJson, notNegative, oneOf, saidInJson, text, whole, yesOrNo } from './fields.ts';
import { scheduleAliases, scheduleNames, scheduleOptions } from './schedules.ts';

/** Every setting of a simulation, each with its rule and its default: once, here. */
export const simulationShape = {
  schedule: text('schedule', `one of ${scheduleNames.join(', ')} or the path of a module`)
    .meta(saidInJson(namesOrPathInJson([...scheduleNames, ...scheduleAliases])))
    .default('stream')
    .describe(`what a stage does next: ${scheduleNames.join(', ')}, or the path of your own, ./mine.ts`),
  stages: whole('stages', 1)
    .default(4)
    .describe('number of devices; each has one stage, or several with --chunks'),
  microbatches: whole('microbatches', 1)
    .default(32)
    .describe(
      'microbatches of one flush, or of the whole run with schedules that do not flush; chapters with pff',
    ),
  flushes: whole('flushes', 1).default(1).describe('number of flushes'),
  window: whole('window', 1, 'microbatches')
    .optional()
    .describe('microbatches between two updates of pipedream-2bw and paci (default: the stages)'),
  ...optionsOfSchedules(),
  layers: whole('layers', 1)
    .optional()
    .describe('number of layers, divided among the stages; --cost is then the cost of one layer'),
  cost: text('cost', 'a time or F=…,B=…,W=…,U=… of times')
    .default('F=1ms,B=1ms,W=1ms')
    .describe(
      'time of one stage for one microbatch. F=…,B=…,W=…: one forward, input gradient and weight gradient; F=…,B=… for backprop: B is the whole backward, split in equal parts; stream makes two F and two W for its positive and negative, mono-forward one of each. A single time is the whole op of a local stage, and that of each of F, B, W otherwise. A time is 1ms, exp:1ms, lognormal:0.1:1ms or values:1ms;2ms',
    ),
  profile: text('profile', 'a file')
    .optional()
    .describe("costs from a file: calibrate's, or PipeDream's graph.txt"),
  costOf: text('costOf', '<stage>:F=…,B=…,W=…,U=…')
    .optional()
    .describe('ops of one stage that cost something else: 0:F=3ms. Can be repeated'),
  embeddingCost: text('embeddingCost', 'F=…,B=…,W=…,U=… of times')
    .optional()
    .describe('what the first stage does more than --cost: F=1ms,W=1ms'),
  lossCost: text('lossCost', 'F=…,B=…,W=…,U=… of times')
    .optional()
    .describe('what the last stage does more than --cost: F=2ms,B=2ms,W=2ms'),
  cluster: text('cluster', 'nodes=…,devices=…,inside=…,between=… or a file')
    .optional()
    .describe(
      'nodes of devices with links inside and between them: a JSON file, or with commas between nodes=8 devices=8 inside=2us@300GB/s between=20us@25GB/s oversubscription=2. A node has one link to the others, shared by its messages',
    ),
  map: text('map', 'replicas, stages or slots with commas between')
    .optional()
    .describe(
      "where stages lie in the cluster: a stage's replicas side by side, the stages of a replica side by side, or the first slot of each stage (default: replicas)",
    ),
  tensor: whole('tensor', 1)
    .default(1)
    .describe('devices that share each op of a stage, its weights and its activations'),
  tensorReduces: whole('tensorReduces', 0)
    .default(0)
    .describe(
      'all-reduces of an activity among the tensor ranks in each F and each B of a stage: 2 for each of its layers in Megatron-LM',
    ),
  dataParallel: whole('dataParallel', 1)
    .default(1)
    .describe('copies of the whole pipeline; each update all-reduces --weights among them'),
  memory: text('memory', 'a size')
    .optional()
    .describe('memory of a device; a stage that needs more is an error'),
  held: text('held', 'sizes')
    .optional()
    .describe(
      'what a stage keeps of one microbatch from F to W, one size or one for each stage (default: the profile’s, or --activation)',
    ),
  weights: text('weights', 'sizes')
    .optional()
    .describe('weights of a stage, one size or one for each stage (default: the profile’s, or 0)'),
  optimiserState: text('optimiserState', 'sizes')
    .optional()
    .describe('gradients and optimiser state of a stage, one size or one for each stage (default: 0)'),
  kept: text('kept', 'a share, 0 to 1, or the file of a run')
    .optional()
    .describe(
      'share of the samples that is learned from: B and W take so much of their time; 0.1, or a run of train --select, run.json or its folder, microbatch by microbatch as there',
    ),
  jitter: text('jitter', 'none, lognormal:<cv> or exp')
    .default('none')
    .describe('random factor on each op: lognormal:<cv> or exp'),
  linkLatency: text('linkLatency', 'a time').default('0').describe('time from the end of sending to arrival'),
  linkJitter: text('linkJitter', 'none, lognormal:<cv> or exp')
    .default('none')
    .describe('random factor on the latency: lognormal:<cv> or exp'),
  bandwidth: text('bandwidth', 'a bandwidth')
    .optional()
    .describe('bandwidth of a link, such as 1.25GB/s or 10Gbit/s (default: unbounded)'),
  duplex: oneOf('duplex', ['full', 'half'])
    .default('full')
    .describe('half: both directions share the bandwidth'),
  overlap: yesOrNo('overlap').default(true).describe('a device cannot compute while it sends'),
  activation: text('activation', 'a size')
    .default('0B')
    .describe(
      'size of one microbatch’s activity on a link, and of its gradient, one or one for each stage that sends; 0B is the profile’s, where it has them; stream sends twice as much',
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
  slow: text('slow', '<stage>:<factor>')
    .optional()
    .describe('stages that are slower all the time, with their factor: 3:2 or 3:2,5:1.5'),
  pauses: text('pauses', '<rate>:<time>')
    .optional()
    .describe('random pauses of devices, rate and length: 2/s:exp:5ms'),
  failures: text('failures', '<rate>:<restart>:<checkpoint>')
    .optional()
    .describe(
      'random failures of devices: rate, restart time, and time between checkpoints, since the last of which all is computed again: 1/h:30s:60s',
    ),
  busyWatts: notNegative('busyWatts').default(300).describe('power of a busy device, for the energy'),
  idleWatts: notNegative('idleWatts').default(90).describe('power of a waiting device, for the energy'),
  replications: whole('replications', 1)
    .optional()
    .describe(
      'number of runs, each with its own random draws (default: 20 if the schedule flushes and something is random, else 1)',
    ),
  seed: whole('seed', 0).default(1).describe('seed of all random draws'),
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
