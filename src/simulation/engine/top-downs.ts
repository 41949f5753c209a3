import type { ResolvedScenario } from '../scenario.ts';
import { Ring } from './collections/ring.ts';
import type { Stages } from './stages.ts';
import type { Devices, Transfers } from './transfers.ts';

/** What comes down into a stage. */
interface Down {
  readonly delay: number;
  /** in ticks; undefined: that of the link */
  readonly latency: number | undefined;
  readonly ring: Ring;
}

/** Edges from stages to those below them. */
export class TopDowns {
  private readonly stages: Stages;
  private readonly into: readonly (Down | undefined)[];

  constructor({ topDown = [], ticks }: ResolvedScenario, stages: Stages) {
    const into = new Array<Down | undefined>(stages.count).fill(undefined);
    for (const { to, delay = 1, latency } of topDown) {
      const own = latency === undefined ? undefined : Math.round(latency * ticks);
      into[to] = { delay, latency: own, ring: new Ring() };
    }
    this.stages = stages;
    this.into = into;
  }

  /** when what a stage's n-th microbatch needs has come; 0 where it needs none, Infinity where it is not on the way */
  arrival(stage: number, n: number): number {
    const down = this.into[stage];
    return down === undefined || n < down.delay ? 0 : down.ring.arrival;
  }

  take(stage: number, n: number): void {
    const down = this.into[stage];
    if (down !== undefined && n >= down.delay) down.ring.shift();
  }

  /** Sends what a forward tells the stage below, where an edge leads there. */
  send(stage: number, now: number, transfers: Transfers, devices: Devices): void {
    const below = this.stages.previous[stage];
    const down = this.into[below];
    if (down === undefined) return;
    down.ring.push(now, transfers.send(stage, below, 1, now, down.latency));
    devices.look(this.stages.device[below]);
    devices.occupy(this.stages.device[stage], transfers.occupied);
  }
}
