import { Observable, Subject } from 'rxjs';
import { must, mustBePositive, mustBeWhole } from '../../core/check.ts';
import { Panel } from './panel.ts';

/** What a running stream has been asked for. */
export interface ControlSettings {
  /** whether the source sends nothing for now; what is in the pipeline is still worked on */
  readonly paused: boolean;
  /** microbatches that may lie on an edge, ≥ 1; undefined: as many as were planned */
  readonly capacity: number | undefined;
  /** samples a second that the source offers, above 0; undefined: as the pipeline says */
  readonly perSecond: number | undefined;
  /** standard deviation of what is added to each pixel, as a share of the range of a pixel, ≥ 0 */
  readonly noise: number;
}

/** Microbatches that lie on an edge of activity, the one being worked on included. */
export interface EdgeDepth {
  readonly from: number | 'source';
  readonly to: number | 'sink';
  readonly lying: number;
  /** as planned */
  readonly capacity: number;
}

/** What a runtime offers to whoever steers one of its runs. */
export interface Steered {
  /** Has everybody look again who may have waited for something that has changed. */
  wake(): void;
  depths(): readonly EdgeDepth[];
}

/**
 * The controls of a running stream, on real threads: `run(pipeline, workers(), { controls })`. They may be moved before the run
 * and at any time in it, from the thread that made them. Until something is moved the run learns the same bits as without them.
 */
export interface Controls {
  readonly settings: ControlSettings;
  /** whether anything was ever moved: then what is learned depends on when, and the seed does not give it again */
  readonly touched: boolean;
  /** of the run under way, in the order of the stages; empty where there is none */
  readonly depths: readonly EdgeDepth[];
  pause(): void;
  resume(): void;
  /**
   * Limits the microbatches on each edge of activity, also of those on it already.
   *
   * @param microbatches  ≥ 1; an edge goes no lower than its schedule needs, and no higher than planned; left out, as planned
   */
  setCapacity(microbatches?: number): void;
  /** @param perSecond  samples a second that the source offers, above 0; left out, as the pipeline says */
  setRate(perSecond?: number): void;
  /** @param sd  of Gaussian noise on each image at the source, as a share of the range of a pixel, ≥ 0 */
  setNoise(sd: number): void;
  /** memory that the threads of a run read them from */
  readonly memory: SharedArrayBuffer;
  /** A runtime begins a run that is steered. @returns what ends that */
  steer(run: Steered): () => void;
  /** emits behind each change, once the run knows of it */
  readonly changes: Observable<ControlSettings>;
}

export function controls(): Controls {
  const panel = new Panel(new SharedArrayBuffer(Panel.bytes));
  const runs = new Set<Steered>();
  const changed = new Subject<ControlSettings>();
  const settings = (): ControlSettings => ({
    paused: panel.paused,
    capacity: panel.limit === Number.POSITIVE_INFINITY ? undefined : panel.limit,
    perSecond: panel.perSecond,
    noise: panel.noise,
  });
  const move = (change: () => void): void => {
    change();
    panel.touched = true;
    for (const run of runs) run.wake();
    changed.next(settings());
  };
  return {
    memory: panel.memory,
    changes: new Observable((subscriber) => changed.subscribe(subscriber)),
    get settings() {
      return settings();
    },
    get touched() {
      return panel.touched;
    },
    get depths() {
      return [...runs].flatMap((run) => run.depths());
    },
    pause: () =>
      move(() => {
        panel.paused = true;
      }),
    resume: () =>
      move(() => {
        panel.paused = false;
      }),
    setCapacity(microbatches) {
      if (microbatches !== undefined) mustBeWhole(microbatches, 'capacity', 1, 'microbatches');
      move(() => {
        panel.limit = microbatches ?? Number.POSITIVE_INFINITY;
      });
    },
    setRate(perSecond) {
      if (perSecond !== undefined) mustBePositive(perSecond, 'rate (samples a second)');
      move(() => {
        panel.perSecond = perSecond;
      });
    },
    setNoise(sd) {
      must(Number.isFinite(sd) && sd >= 0, 'noise', 'a finite number, 0 or more', sd);
      move(() => {
        panel.noise = sd;
      });
    },
    steer(run) {
      runs.add(run);
      return () => runs.delete(run);
    },
  };
}
