import type { Measure } from './measure.ts';
import { QueueLength } from './parts/queue-length.ts';

/** What one stage has waiting for it, and how old its weights are when it predicts. */
export interface StageWaiting {
  /** microbatches to learn from that wait on the edge into the stage, the mean over time */
  readonly queue: number;
  /** how many wait at most during 99 % of the time between the first and the last that waited */
  readonly queueP99: number;
  /** milliseconds that one waits there, the mean and the greatest */
  readonly waitMs: number;
  readonly longestWaitMs: number;
  /** milliseconds of the stage's ops for one microbatch learned from, the mean */
  readonly serviceMs: number;
  /**
   * microbatches that had been sent in to be learned from, and that the stage's weights had not learned from, when it made
   * a prediction; the mean, and the greatest. Left out where it made none
   */
  readonly staleness?: number;
  readonly mostStale?: number;
}

interface Stage {
  readonly length: QueueLength;
  waits: number;
  waited: number;
  longest: number;
  busy: number;
  learned: number;
  gradients: number;
  predictions: number;
  stale: number;
  mostStale: number;
  /** arrivals of microbatches to learn from up to the last prediction */
  arrived: number;
}

/**
 * Queues by Little's law, mean queue = total waiting / time, from when an activity was made (or a microbatch was sent in) to
 * the F that takes it; staleness of predictions from arrivals, updates and ops.
 */
export function waiting(): Measure<readonly StageWaiting[]> {
  const stages: Stage[] = [];
  /** when what a stage takes next was made, by microbatch [stages] */
  const made: Map<number, number>[] = [];
  /** arrivals of microbatches to learn from that some stage has yet to pass, oldest first */
  let arrivals: number[] = [];
  let [passed, first, last, count] = [0, 0, 0, 1];
  const stageAt = (stage: number): Stage => {
    for (let s = stages.length; s <= stage; s++) {
      stages.push({
        length: new QueueLength(),
        ...{ waits: 0, waited: 0, longest: 0, busy: 0, learned: 0, gradients: 0 },
        ...{ predictions: 0, stale: 0, mostStale: 0, arrived: 0 },
      });
    }
    return stages[stage];
  };
  const madeFor = (stage: number): Map<number, number> => {
    made[stage] ??= new Map();
    return made[stage];
  };
  const prune = (): void => {
    const least = Math.min(...stages.map(({ arrived }) => arrived));
    if (least - passed < 1024) return;
    arrivals = arrivals.slice(least - passed);
    passed = least;
  };
  return {
    add(event) {
      if (event.kind === 'start') [first, count] = [event.start, event.stages];
      else if (event.kind === 'arrival' && event.purpose === 'learn') {
        madeFor(0).set(event.microbatch, event.start);
        arrivals.push(event.start);
        if (arrivals.length > 65_536) {
          // where nothing is predicted, nobody looks at them
          for (const one of stages) one.arrived = passed + arrivals.length - 1024;
          prune();
        }
      } else if (event.kind === 'lost' && event.stage !== undefined && event.microbatch !== undefined) {
        made[event.stage]?.delete(event.microbatch);
      } else if (event.kind === 'op') {
        const stage = stageAt(event.stage);
        last = Math.max(last, event.end);
        stage.busy += event.end - event.start;
        if (event.purpose !== 'learn') {
          while (stage.arrived < passed + arrivals.length && arrivals[stage.arrived - passed] <= event.start)
            stage.arrived++;
          const stale = Math.max(0, stage.arrived - stage.learned);
          stage.predictions++;
          stage.stale += stale;
          stage.mostStale = Math.max(stage.mostStale, stale);
          prune();
          return;
        }
        if (event.again) return;
        if (event.op === 'F') {
          const since = madeFor(event.stage).get(event.microbatch);
          madeFor(event.stage).delete(event.microbatch);
          if (since !== undefined) {
            const wait = Math.max(0, event.start - since);
            stage.waits++;
            stage.length.add(since, event.start);
            stage.waited += wait;
            stage.longest = Math.max(stage.longest, wait);
          }
          if (event.stage + 1 < count) madeFor(event.stage + 1).set(event.microbatch, event.end);
        } else if (event.op === 'W') stage.gradients++;
        else if (event.op === 'U') {
          stage.learned += stage.gradients;
          stage.gradients = 0;
        }
      }
    },
    value: () =>
      stages.map((stage) => ({
        queue: last > first ? stage.waited / (last - first) : 0,
        queueP99: stage.length.p99(),
        waitMs: stage.waits === 0 ? 0 : stage.waited / stage.waits / 1e6,
        longestWaitMs: stage.longest / 1e6,
        serviceMs: stage.learned === 0 ? 0 : stage.busy / stage.learned / 1e6,
        ...(stage.predictions > 0 && {
          staleness: stage.stale / stage.predictions,
          mostStale: stage.mostStale,
        }),
      })),
  };
}
