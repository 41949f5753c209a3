import { type Runtime, virtual } from '../../index.ts';
import type { LinkModel } from '../../simulation.ts';
import { stretching } from './distributions.ts';
import { positive, text } from './fields.ts';
import { duration } from './quantities.ts';

/** What `train` and `compare` say of the devices that they simulate. */
export const virtualMachine = {
  linkLatency: text('linkLatency', 'a time')
    .default('0')
    .describe('with --runtime virtual: time from sending to arrival at the next device, such as 50us'),
  jitter: text('jitter', 'none, lognormal:<cv> or exp')
    .default('none')
    .describe('with --runtime virtual: random factor on each op, lognormal:<cv> or exp'),
  macsPerSecond: positive('macsPerSecond')
    .default(40e9)
    .describe('with --runtime virtual: multiply-accumulates per second of a device'),
};

interface Machine {
  readonly linkLatency: string;
  readonly jitter: string;
  readonly macsPerSecond: number;
}

export function virtualMachineOf({ linkLatency, jitter, macsPerSecond }: Machine, devices: number): Runtime {
  const link: LinkModel = { latency: Math.round(duration('linkLatency', linkLatency)) };
  const stretch = stretching('jitter', jitter);
  return virtual({ devices, macsPerSecond, link, ...(stretch && { jitter: stretch }) });
}

/** What is said of simulated devices means nothing to real ones. */
export function mustFitRuntime(settings: Readonly<Record<string, unknown>>): void {
  const { runtime } = settings;
  if (runtime === undefined || runtime === 'virtual') return;
  for (const [key, field] of Object.entries(virtualMachine)) {
    if (settings[key] !== undefined && settings[key] !== field.safeParse(undefined).data)
      throw new Error(`${key} must be left out with runtime '${runtime}'; got '${settings[key]}'`);
  }
}
