import { availableParallelism, cpus } from 'node:os';
import { wallNanoseconds } from '../../extend.ts';

/** The machine that a command ran on, and how much of it was free. */
export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** cores that other programs kept busy meanwhile, the mean; left out where the system does not tell */
  readonly othersCores?: number;
}

/** share of the machine that others may use before times are called disturbed */
const quiet = 0.1;

/** Begins to watch. @returns what the machine is, and was doing from then until now */
export function watchMachine(): () => Environment {
  const [begun, ours, busy] = [wallNanoseconds(), process.cpuUsage(), busySeconds()];
  return () => {
    const cores = availableParallelism();
    const { user, system } = process.cpuUsage(ours);
    const seconds = (wallNanoseconds() - begun) / 1e9;
    const used = { all: busySeconds() - busy, ours: (user + system) / 1e6 };
    const othersCores = busy > 0 ? coresOfOthers(used, seconds, cores) : undefined;
    return {
      ...{ node: process.version, platform: `${process.platform} ${process.arch}` },
      ...{ cpu: cpus()[0]?.model ?? 'unknown', cores },
      ...(othersCores !== undefined && { othersCores }),
    };
  };
}

/**
 * Cores that others kept busy.
 *
 * @param used     seconds of work that all cores did, and those of this process
 * @param seconds  that passed
 * @returns  0 to `cores`, in hundredths; undefined within a second, for the system counts in hundredths of one
 */
export function coresOfOthers(
  used: { readonly all: number; readonly ours: number },
  seconds: number,
  cores: number,
): number | undefined {
  if (seconds <= 1) return undefined;
  return Math.min(cores, Math.max(0, Math.round((100 * (used.all - used.ours)) / seconds) / 100));
}

/** One sentence where other programs took so much of the machine that times mean little. */
export function busySentence({ othersCores = 0, cores }: Environment): string | undefined {
  if (othersCores <= quiet * cores) return undefined;
  return `the machine was busy: other programs kept ${othersCores.toFixed(1)} of its ${cores} cores at work, so times and rates here are not those of a quiet machine`;
}

/** of all cores, since the system started */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}
